"""The words that tables keep as codes: one enum each, and nothing decided here.

Everybody may come in; it knows no other room.
"""
