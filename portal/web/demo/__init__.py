"""Pages of the demonstration: its phones and its clock.

Anybody comes in, in demo mode alone.
"""
