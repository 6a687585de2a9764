"""What a participant looks back on: today, the calendar, the history, their own data.

Participants' pages, the pages without a network and a site's settings come in.
"""
