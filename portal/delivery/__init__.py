"""Delivery: messages going out, texts and keypresses coming in.

The engine's program and the provider's hooks come in.
"""
