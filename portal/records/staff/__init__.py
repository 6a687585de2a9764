"""What the team looks at: the worklist, the roster, one person's record.

Staff's pages and commands come in.
"""
