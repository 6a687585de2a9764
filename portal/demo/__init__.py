"""The demonstration: invented people with a past, and their simulated phones.

Nothing here exists outside demo mode, and nothing in it is a real person. Only the
command ``demo`` and the demonstration's pages come in.
"""
