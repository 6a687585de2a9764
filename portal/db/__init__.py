"""Tables, migrations, and what differs between the two databases. No rule lives here.

Every room but the pure ones may come in.
"""
