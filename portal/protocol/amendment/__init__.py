"""What one version of a study changes against another, in words a clinician reads.

It may look into every room of the protocol; commands and the team's pages come in.
"""
