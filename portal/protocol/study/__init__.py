"""The study file: its types, how it is read, and the words that fill its templates.

Every room may come in. It knows none of the other rooms of the protocol.
"""
