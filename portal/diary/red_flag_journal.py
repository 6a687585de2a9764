"""The red-flag journal: every dangerous report once more, outside the database.

It stands on another disk, so that a report outlives a database that is locked, full,
damaged or restored from yesterday. A line holds codes, readings and times: no name, no
number, no free text. It is on the disk before whoever wrote it goes on.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.people.case import Case
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study

LARGEST = 32 * 1024 * 1024  # bytes; past it the file is a fault, not a journal
SPACE = uuid.UUID("6f0b7c52-2f3e-4f0c-9a38-5b8f4b7f6a11")  # any constant
REMEMBERED = "red_flags"  # in a session: what its commit makes true
FROM_JOURNAL = "journal"  # the source of an entry that came out of the file


def person_holder(participant_id: int, caregiver_id: object, code: str) -> str:
    """How a slip names somebody whom the database knows."""
    return f"person:{participant_id}:{caregiver_id or ''}:{code}"


class Said(Protocol):
    """What a slip keeps of a version that was handed in."""

    @property
    def version_id(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def answers(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def reporter(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def stated_at(self) -> datetime | None: ...  # noqa: D102


@dataclass(frozen=True)
class Slip:
    """One dangerous report. ``id`` is the UUID under which its version is stored.

    ``holder`` says whose it is without saying who: ``person:7::DS-007`` (with the
    caregiver's id in between), ``phone:HASH`` or ``session:HASH``. ``stored``: it was
    in the database when the line was written. ``whole``: nothing was left out.
    """

    id: str
    at: datetime
    kind: str
    answers: Mapping[str, Any]
    reporter: str
    language: str
    holder: str
    draft_id: str | None = None
    day: str | None = None
    stored: bool = False
    whole: bool = True

    @property
    def version_id(self) -> str:
        """The UUID of the version it becomes: its own, where nothing was left out."""
        return self.id if self.whole else str(uuid.uuid5(SPACE, self.id))

    @property
    def code(self) -> str:
        """What a page says of it: the study code, or a name of its own with a digit."""
        if self.holder.startswith("person:"):
            return self.holder.rpartition(":")[2]
        return f"J{uuid.uuid5(SPACE, self.id).int % 1000:03}"


@dataclass(frozen=True)
class Journal:
    """What stands in the file: reports, when staff were paged, what somebody took."""

    slips: Mapping[str, Slip]
    paged: tuple[datetime, ...]
    taken: Mapping[str, str]  # by whom
    pages_before: Mapping[str, int]  # how often staff had been paged when it came

    def paged_since(self, slips: Iterable[Slip]) -> tuple[datetime, ...]:
        """When staff were paged after the newest of these reports, by place in the file.

        Times would not do: a report may be about yesterday, and clocks are moved.
        """
        before = max((self.pages_before[slip.id] for slip in slips), default=0)
        return self.paged[before:]


def without_words(study: Study, slip: Slip) -> Slip:
    """The slip without what somebody typed as words: those may name a person."""
    kept = {
        name: answer
        for name, answer in slip.answers.items()
        if name in study.items and study.items[name].kind is not ItemKind.TEXT
    }
    kept |= {"reporter": slip.reporter} if "reporter" in slip.answers else {}
    whole = slip.whole and kept.keys() == slip.answers.keys()
    return replace(slip, answers=kept, whole=whole)


def remember(case: Case, said: Said, caregiver_id: str) -> None:
    """Have a dangerous report noted as stored once this transaction has committed."""
    if said.source == FROM_JOURNAL:
        return
    slip = Slip(
        id=said.version_id,
        at=said.stated_at or case.now,
        kind=said.kind,
        answers=said.answers,
        reporter=said.reporter,
        language=said.language,
        holder=person_holder(case.participant.id, caregiver_id, case.participant.code),
        stored=True,
    )
    case.session.info.setdefault(REMEMBERED, []).append(without_words(case.study, slip))


def remembered(session: Session) -> list[Slip]:
    """What ``remember`` was told in a session, once."""
    found: list[Slip] = session.info.pop(REMEMBERED, [])
    return found


def note(path: str | None, slip: Slip) -> bool:
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
    """Append that somebody looks after a report that the database cannot take.

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
    """Everything in the file; a line that a power cut tore is left out.

    Raises:
        OSError: it is there and cannot be read.
    """
    slips: dict[str, Slip] = {}
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
            continue  # not ours, or torn: what is whole still counts
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


def _slip(data: dict[str, Any]) -> Slip:
    slip = Slip(**{**data, "at": _moment(data["at"])})
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
    """Whether this process alone may page from the journal now; held to the end."""
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
