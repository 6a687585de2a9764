"""What a phone keeps for the hours without a network, and what it hands in afterwards."""

from portal.web.offline import entries, manifest, record, shell
from portal.web.offline.blueprint import kept, open_door

__all__ = ["entries", "kept", "manifest", "open_door", "record", "shell"]
