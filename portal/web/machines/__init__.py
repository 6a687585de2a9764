"""Doors for machines: health, metrics, and the providers' hooks."""
