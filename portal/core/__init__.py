"""The rules, pure: no web framework, database, clock, environment or vendor here."""
