"""How tables are reached, changed and copied, and what differs between the two databases.

No rule lives here; the tables are the room ``tables``.

Every room but the pure ones may come in.
"""
