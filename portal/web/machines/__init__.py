"""Doors for machines: health, metrics, and the providers' hooks.

A machine comes in by a token, a signature or from this host.
"""
