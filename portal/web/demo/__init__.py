"""Pages of the demonstration: its phones and its clock."""
