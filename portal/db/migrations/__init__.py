"""Numbered migrations, run by ``portal.db.migrate``."""
