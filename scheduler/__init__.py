"""The engine: APScheduler ticks, the database says what is due."""
