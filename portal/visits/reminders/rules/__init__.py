"""The pure rules of reminders: which occasions, at which hours, in which words.

``visits.reminders`` comes in, and the rooms that check or show a reminder.
"""
