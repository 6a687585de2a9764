"""What the study says, as pure rules: no database, no clock, no framework.

Every room may come in. The protocol imports nothing from the portal except its errors.
"""
