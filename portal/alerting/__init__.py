"""Alerts: opening, answering, the ladder that climbs, pages, and the ward's siren.

Every room from the visits upwards comes in; it knows people and messages.
"""
