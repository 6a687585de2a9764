"""What people write in their own words: numbers, notes, requests, red-flag words.

Every door that takes words reads them here, so that all understand the same.
"""
