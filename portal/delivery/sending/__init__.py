"""Sending: claims, the last look, attempts, look-ups, receipts, what a failure owes.

The engine, the providers' hooks and the release after a restore come in.
"""
