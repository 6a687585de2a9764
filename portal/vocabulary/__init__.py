"""The words that tables keep as codes: one enum each. No rule lives here.

Every room may import it; it imports no other room.
"""
