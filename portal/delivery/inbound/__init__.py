"""Texts and keypresses that people send: kept once, understood, answered, never unread.

The providers' hooks, the engine's polling and the simulated phones come in.
"""
