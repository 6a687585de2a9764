"""The words that tables keep as codes: one enum each. No rule lives here.

Every room may come in; it knows no other room.
"""
