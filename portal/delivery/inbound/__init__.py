"""Texts and keypresses that people send: kept once, understood, answered, never unread."""
