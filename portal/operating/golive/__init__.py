"""What would let somebody down, looked for before real people are followed.

Only the command ``golive`` comes in.
"""
