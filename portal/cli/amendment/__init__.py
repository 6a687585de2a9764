"""Commands that change a plan: a new version of a study, a corrected D0.

One file per command, and one for the signature. Only the table of commands comes in.
"""
