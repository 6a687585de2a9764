"""Sending at work: what is due is claimed and sent, unclear attempts are looked up.

The engine and its jobs come in.
"""
