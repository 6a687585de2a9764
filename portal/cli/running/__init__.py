"""Commands for whoever runs the portal: made ready, started, watched, backed up.

The table of commands comes in.
"""
