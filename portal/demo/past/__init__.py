"""The past of the demonstration: invented people, and what has happened to them.

The demonstration itself comes in, and the commands that seed it.
"""
