"""A dangerous report as the journal keeps it: codes, readings and times, no name.

A report in a session is noted as stored once its transaction has committed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.people.case import Case
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.vocabulary.diary import EntrySource

SPACE = uuid.UUID("6f0b7c52-2f3e-4f0c-9a38-5b8f4b7f6a11")  # any constant
REMEMBERED = "red_flags"  # in a session: what its commit makes true


def person_holder(participant_id: int, caregiver_id: object, code: str) -> str:
    """How a slip names somebody whom the database knows."""
    return f"person:{participant_id}:{caregiver_id or ''}:{code}"


class Said(Protocol):
    """What a slip keeps of a submitted version."""

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
    def source(self) -> EntrySource: ...  # noqa: D102
    @property
    def stated_at(self) -> datetime | None: ...  # noqa: D102


@dataclass(frozen=True)
class JournaledReport:
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
        """The UUID of the version it becomes: its own, if nothing was left out."""
        return self.id if self.whole else str(uuid.uuid5(SPACE, self.id))

    @property
    def code(self) -> str:
        """What a page calls it: the study code, or a name of its own with a digit."""
        if self.holder.startswith("person:"):
            return self.holder.rpartition(":")[2]
        return f"J{uuid.uuid5(SPACE, self.id).int % 1000:03}"


@dataclass(frozen=True)
class Journal:
    """What the file holds: reports, when staff were paged, what somebody took."""

    slips: Mapping[str, JournaledReport]
    paged: tuple[datetime, ...]
    taken: Mapping[str, str]  # by whom
    pages_before: Mapping[str, int]  # how often staff had been paged when it came

    def paged_since(self, slips: Iterable[JournaledReport]) -> tuple[datetime, ...]:
        """When staff were paged after the newest of these, by place in the file.

        Times cannot be used: a report may be about yesterday, and clocks are moved.
        """
        before = max((self.pages_before[slip.id] for slip in slips), default=0)
        return self.paged[before:]


def without_words(study: Study, slip: JournaledReport) -> JournaledReport:
    """The slip without typed words: they may name a person."""
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
    if said.source == EntrySource.JOURNAL:
        return
    slip = JournaledReport(
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


def remembered(session: Session) -> list[JournaledReport]:
    """What ``remember`` kept in a session, once."""
    found: list[JournaledReport] = session.info.pop(REMEMBERED, [])
    return found
