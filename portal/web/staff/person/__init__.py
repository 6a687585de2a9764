"""Staff pages of one participant."""
