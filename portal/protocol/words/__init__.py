"""What people write in their own words: numbers, notes, requests, red-flag words.

Every door that takes words comes in, so that all understand the same.
"""
