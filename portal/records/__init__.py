"""What people look back on. It reads every room below and decides nothing.

The faces come in.
"""
