"""The study file: its types, how it is read, and the words that fill its templates.

Every room may come in. It imports only ``demands``.
"""
