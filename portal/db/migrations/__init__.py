"""Numbered migrations of the tables. Only ``portal.db.migrate`` comes in."""
