"""A study in plain sentences, for people who read and sign it.

Rules, ladders, visits and plans are put into words only here; amendments say with the same
words what changed. Commands come in, and the room of amendments.
"""
