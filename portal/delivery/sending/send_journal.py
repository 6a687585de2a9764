"""The send journal: what was sent, in a file outside the database, for a restore.

A line has a time, a purpose and a message's key: ids and dates, nothing about a person.
It is on the disk before its writer continues.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class SentMessage(Protocol):
    """What a line says about a message."""

    @property
    def dedupe_key(self) -> str:
        """Its key, unique for ever."""

    @property
    def purpose(self) -> str:
        """What it was for."""


@dataclass(frozen=True)
class JournalLine:
    """One message that a provider took, and when (real time)."""

    at: datetime
    purpose: str
    dedupe_key: str


def note(path: str | None, sent: SentMessage, at: datetime) -> None:
    """Append one line durably; a repeat is harmless.

    Without a ``path`` nothing happens.

    Raises:
        OSError: the file cannot be written.
    """
    if path is None:
        return
    line = f"{at.isoformat()} {sent.purpose} {sent.dedupe_key}\n".encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line)  # one write: lines of two engines do not mix
        os.fsync(file)
    finally:
        os.close(file)


def read(path: Path) -> Iterator[JournalLine]:
    """Every complete line; a line that a power cut left incomplete is skipped."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for text in file:
            words = text.rstrip("\n").split(" ")
            if text.endswith("\n") and len(words) == 3 and (at := _moment(words[0])):
                yield JournalLine(at, words[1], words[2])


def _moment(word: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
