"""The red-flag journal: every dangerous report once more, outside the database.

It is on another disk, so that a report survives if the database is locked, full,
damaged or restored from yesterday. A line holds codes, readings and times: no name, no
number, no free text. It is on the disk before the writer continues.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.diary.journal.journaled_reports import Journal, JournaledReport

LARGEST = 32 * 1024 * 1024  # bytes; a larger file is a fault, not a journal


def note(path: str | None, slip: JournaledReport) -> bool:
    """Append a report, durably; False without a ``path``. A repeat is harmless.

    Raises:
        OSError: it cannot be written.
    """
    data = {**asdict(slip), "at": slip.at.isoformat()}
    return _append(path, {"line": "report", **data})


def note_paged(path: str, at: datetime) -> None:
    """Append that everybody on call is being paged now.

    Raises:
        OSError: it cannot be written.
    """
    _append(path, {"line": "paged", "at": at.isoformat()})


def note_taken(path: str, slip_id: str, by: str) -> None:
    """Append that somebody takes care of a report that the database cannot store.

    Raises:
        OSError: it cannot be written.
    """
    _append(path, {"line": "taken", "id": slip_id, "by": by})


def _append(path: str | None, line: Mapping[str, Any]) -> bool:
    if path is None:
        return False
    written = (json.dumps(line, ensure_ascii=True) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.fstat(file).st_size > LARGEST:
            raise OSError("the red-flag journal is too large")
        if os.write(file, written) != len(written):  # one write: lines do not mix
            raise OSError("the red-flag journal took half a line")
        os.fsync(file)
    finally:
        os.close(file)
    return True


def read(path: str) -> Journal:
    """Everything in the file; a line cut off by a power failure is left out.

    Raises:
        OSError: it is there and cannot be read.
    """
    slips: dict[str, JournaledReport] = {}
    paged: list[datetime] = []
    taken: dict[str, str] = {}
    before: dict[str, int] = {}
    for data in _lines(Path(path)):
        try:
            match data.pop("line", None):
                case "report":
                    slip = _slip(data)
                    slips.setdefault(slip.id, slip)
                    before.setdefault(slip.id, len(paged))
                case "paged":
                    paged.append(_moment(data["at"]))
                case "taken":
                    taken[str(data["id"])] = str(data["by"])
                case _:
                    continue
        except (KeyError, TypeError, ValueError):
            continue  # not ours, or cut off: complete lines still count
    return Journal(slips, tuple(paged), taken, before)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for text in file:
            try:
                data = json.loads(text)
            except ValueError:
                continue
            if isinstance(data, dict):
                yield data


def _slip(data: dict[str, Any]) -> JournaledReport:
    slip = JournaledReport(**{**data, "at": _moment(data["at"])})
    if type(data["id"]) is not str or type(data["answers"]) is not dict:
        raise TypeError("not a report of ours")
    return slip


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


@contextmanager
def alone(path: str) -> Iterator[bool]:
    """Whether only this process may page from the journal now; it keeps this lock."""
    file = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(file)
