"""Format 6 asks that each message is shown and each text is sent.

What a study of format 5 says means the same: a version that was approved with a sentence
that nobody reads stays as it was approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 5 in format 6: nothing of it is said otherwise."""
    return stored
