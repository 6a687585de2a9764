"""Faults put into a study file, to see that each is named or does no harm in use."""
