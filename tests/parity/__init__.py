"""Whether a phone judges entries as the server does: the same rules in two languages."""
