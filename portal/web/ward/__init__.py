"""The screen on the ward that rings while an alert is open.

A browser that was set up with a siren's code comes in.
"""
