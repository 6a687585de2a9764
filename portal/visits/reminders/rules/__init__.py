"""The pure rules of reminders: which occasions there are, at which hours, in which words."""
