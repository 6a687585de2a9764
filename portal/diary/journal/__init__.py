"""The red-flag journal: a file on another disk, and the way from it to the database.

Whoever takes a report in, the second path of the engine and the commands come in.
"""
