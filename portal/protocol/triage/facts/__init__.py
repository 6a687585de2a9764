"""Facts: the named values that triage rules compare, and nothing else may be.

``names`` says which there are, ``entry`` reads them off one entry, ``history`` off
the entries before it. The judge, the checks of a study file and whoever
reads past answers come in.
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
