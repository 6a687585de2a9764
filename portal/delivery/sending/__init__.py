"""Sending: claims, the last look, attempts, look-ups, receipts, what a failure owes."""
