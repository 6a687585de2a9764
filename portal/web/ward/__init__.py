"""The screen on the ward that rings while an alert is open."""
