"""Tasks: same-day and routine work with an owner and a due time.

Every room that finds work for the team comes in; staff finish it on their pages.
"""
