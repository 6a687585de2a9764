"""Parts of pages that several audiences share.

Every audience's room comes in.
"""
