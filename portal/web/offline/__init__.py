"""What a phone keeps for the hours without a network, and what it sends afterwards.

Enrolled phones come in.
"""

from portal.web.offline import entries, faults, manifest, record, shell, worker
from portal.web.offline.blueprint import kept, open_door

__all__ = [
    "entries",
    "faults",
    "kept",
    "manifest",
    "open_door",
    "record",
    "shell",
    "worker",
]
