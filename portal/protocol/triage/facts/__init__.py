"""Facts: the named values that triage rules compare. Rules compare nothing else.

``names`` lists them, ``entry`` computes them from one entry, ``history`` from the
entries before it; ``same_again`` says which findings are no news. The judge, the checks
of a study file, reviews and readers of past answers come in.
"""

from portal.protocol.triage.facts.entry import build_facts
from portal.protocol.triage.facts.history import EarlierEntry, read_history
from portal.protocol.triage.facts.names import LATE_FACTS, FactKind, known_facts

__all__ = [
    "LATE_FACTS",
    "EarlierEntry",
    "FactKind",
    "build_facts",
    "known_facts",
    "read_history",
]
