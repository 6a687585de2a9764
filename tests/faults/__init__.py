"""The portal under kill -9: real processes, a provider's ledger, and an oracle."""
