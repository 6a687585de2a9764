"""The lists that staff work from: the worklist, its pages, the roster, and the overviews.

Pages of staff and the commands come in.
"""
