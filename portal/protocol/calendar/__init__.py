"""Days of the study: phases, visits, due times, and what a time zone does to them.

Local time is reckoned here and nowhere else.
"""
