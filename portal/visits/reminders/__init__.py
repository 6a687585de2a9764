"""Reminders: what is due and what is missing, read from the database and queued.

The engine and the rooms whose acts change a plan come in.
"""
