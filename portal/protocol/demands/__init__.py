"""What the program asks of a study file, as data: names, placeholders, numbers, bounds.

The one place where it stands. ``study check``, the defaults in code and the reference in
docs/study-files.md come from here, so that none of them says anything else. It knows
none of the other rooms of the protocol, and every room above may come in.
"""
