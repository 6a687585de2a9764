"""The study file: its types, how it is read, and the words that fill its templates.

The ground of the protocol: it knows none of the other rooms.
"""
