"""A two-year study lived through in 30 zones, and counted by somebody else's rules."""
