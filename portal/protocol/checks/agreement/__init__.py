"""Whether one fact has one answer: worse choices are no calmer, words no different.

``worse_choices`` finds faults; ``stronger_notes`` finds what is worth a look and may be
meant. Only the checks of a study and the command come in.
"""
