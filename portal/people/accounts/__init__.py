"""Accounts of the study team: signing in, second factors, colleagues.

Commands, pages of the team and of signing in, and the go-live check come in.
"""
