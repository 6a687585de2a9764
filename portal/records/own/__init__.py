"""What a participant looks back on: today, the calendar, the history, their own data."""
