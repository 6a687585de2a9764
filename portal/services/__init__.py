"""Use cases: the session first, now by keyword; never commit, never send."""
