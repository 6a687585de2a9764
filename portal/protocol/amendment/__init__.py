"""What one version of a study changes compared with another, in words for a clinician.

It may import every room of the protocol; commands and the team's pages come in.
"""
