"""Gateways: the one door to providers of texts, calls and e-mail.

A vendor's name stands in its own module or room. Delivery comes in by ``Gateway``.
"""
