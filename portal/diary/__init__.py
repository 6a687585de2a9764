"""The diary: entries, drafts, corrections, handwriting, and the red-flag journal.

A submission is stored, judged and followed up here in one transaction. The faces and
delivery come in.
"""
