"""Delivery: messages that go out, texts and keypresses that come in.

The engine's program and the provider's hooks come in.
"""
