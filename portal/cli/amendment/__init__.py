"""Commands about a new version of a study: what is kept, what differs, who moves.

One file a command. Only the study group of `cli` comes in, when one is typed.
"""
