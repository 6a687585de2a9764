"""Commands about what changes a plan: a new version of a study, another D0.

One file a command, and who signs. Nothing comes in before one is typed.
"""
