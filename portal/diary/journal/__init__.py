"""The red-flag journal: a file on another disk, and the way from it to the database.

The rooms that take reports, the engine's second path and the commands come in.
"""
