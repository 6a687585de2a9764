"""The follow-up portal for clinical trials."""
