"""The engine's program: APScheduler ticks, the database says what is due.

Nobody comes in: it is started as ``python -m scheduler``.
"""
