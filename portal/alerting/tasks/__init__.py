"""Tasks: same-day and routine work with an owner and a due time."""
