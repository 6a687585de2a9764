"""Twilio: its requests, answers, codes and words for calls.

``runtime`` and the provider's hooks come in; nothing else imports it.
"""
