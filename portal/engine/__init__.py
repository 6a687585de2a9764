"""What lets an engine act: leases, beats, holds, clocks, one due row at a time.

The engine's program (``scheduler``) and the rooms whose rows come due come in.
"""
