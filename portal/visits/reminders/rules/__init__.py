"""The pure rules of reminders: which occasions there are, at which hours, in which words.

``visits.reminders`` comes in, and whoever checks or shows a reminder.
"""
