"""Messages: the outbox, their states, a sender's rate, and the gateways below them.

Whoever has something to say queues it here; only ``delivery.sending`` sends.
"""
