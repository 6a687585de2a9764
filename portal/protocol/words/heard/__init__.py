"""What a person's own words say: readings in them, and the signs of the study.

A machine may raise what a person writes and never dismisses it: a denial is narrow, and
what is denied or past is read by a person. The grammar is data, so that a phone reads
the same. The facts of triage and the checks of a study come in.
"""
