"""Format 7 asks that a dose which nobody can understand is raised, as a reading is.

What a study of format 6 says means the same: a version that was approved stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 6 in format 7: nothing of it is said otherwise."""
    return stored
