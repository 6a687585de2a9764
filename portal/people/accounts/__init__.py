"""Accounts of the study team: signing in, second factors, colleagues."""
