"""Signing in and out, for participants, caregivers and the team.

Anybody comes in.
"""
