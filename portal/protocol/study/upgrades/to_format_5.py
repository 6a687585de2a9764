"""Format 5 asks for a rule about readings that nobody can understand.

What a study of format 4 says means the same: a version that was approved without such a
rule stays as it was approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 4 in format 5: nothing of it is said otherwise."""
    return stored
