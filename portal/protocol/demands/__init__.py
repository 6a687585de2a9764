"""What the program requires of a study file, as data: names, numbers, bounds.

This is the only source: ``study check``, the defaults in code and the reference in
docs/study-files.md are made from it, so that they agree. It imports no other room of
the protocol; every room above may come in.
"""
