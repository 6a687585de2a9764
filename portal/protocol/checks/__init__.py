"""Faults of a study file, found before anybody is enrolled under it.

It may look into every room of the protocol; only those who load studies come in.
"""
