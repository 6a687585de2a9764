"""Reminders: what is due to be said or missed, asked of the database and queued."""
