"""What tests build on: temporary databases, a browser, readers of our own source."""
