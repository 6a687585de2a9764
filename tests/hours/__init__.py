"""The portal at every hour: lived in, seeded and walked from whenever one might begin."""
