"""Days of the study: phases, visits, due times, and what a time zone does to them.

Every room may come in: local time is computed only here.
"""
