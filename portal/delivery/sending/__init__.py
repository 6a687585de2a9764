"""Sending: claims, the last look, attempts, look-ups, receipts, what follows a failure.

The engine, the providers' hooks and the release after a restore come in.
"""
