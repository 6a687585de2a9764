"""Texts and keypresses that people send: each is stored once, understood and answered.

The providers' hooks, the engine's polling and the simulated phones come in.
"""
