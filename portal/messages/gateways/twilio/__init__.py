"""Twilio: its requests, answers, codes and signatures. No other room names it."""
