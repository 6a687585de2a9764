"""What people write in their own words: numbers, notes, requests, red-flag words.

All rooms that receive words come in, so that all understand the same.
"""
