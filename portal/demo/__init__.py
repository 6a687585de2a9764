"""The demonstration: invented people with a past, and their simulated phones.

Nothing here exists outside demo mode, and nothing in it is a real person.
"""
