"""What people do about an alert, and what may be promised of it: answered, planned, closed.

Whoever stores a report or acts on an alert comes in; the ladder below does not.
"""
