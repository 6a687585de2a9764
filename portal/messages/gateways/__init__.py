"""Gateways: the only access to providers of texts, calls and e-mail.

Only a vendor's own module or room names it. Delivery comes in by ``Gateway``.
"""
