"""Messages: the outbox, their states, a sender's rate, and the gateways below them.

Every room that queues messages comes in; only ``delivery.sending`` sends.
"""
