"""Alerts: opening, answering, the ladder that climbs, pages, and the ward's siren.

The diary, the visits and delivery come in; it knows people and messages.
"""
