"""A diary as it is being written: screens, drafts, what is left unfinished, what a phone kept.

The pages of the diary and the engine come in; entries know nothing of it.
"""
