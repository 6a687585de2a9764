"""The one door to providers of texts and calls."""
