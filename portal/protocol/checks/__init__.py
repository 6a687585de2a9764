"""Faults of a study file, found before anybody is enrolled under it.

It may import every room of the protocol; only commands and the go-live check come in.
"""
