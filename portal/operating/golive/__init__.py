"""Checks before real people are followed: what would harm or fail somebody.

Only the command ``golive`` comes in.
"""
