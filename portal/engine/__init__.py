"""What lets an engine act: leases, beats, holds, clocks, one due row at a time.

It is imported by the engine's program (``scheduler``) and by rooms whose rows come due.
"""
