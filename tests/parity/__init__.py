"""Whether a phone does alone what the server does: the same rules in two languages."""
