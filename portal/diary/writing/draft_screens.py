"""A diary screen by screen, as a page reads it and sends it.

A page gets values and gives values back. What one sending of a screen means (the
answers kept, the drawing beside them, the end of the diary) is decided here in one
transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from portal.diary import handwriting
from portal.diary.entries import Receipt
from portal.diary.judgement import of_entry
from portal.diary.submission import Writer
from portal.diary.writing import drafts
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.form import Group, Item
from portal.protocol.study.tiers import Tier


@dataclass(frozen=True)
class OpenDraft:
    """A diary in progress. ``asked_again``: what the page has asked about once more.

    ``strokes`` is the sentence in progress; ``worst`` the worst verdict so far.
    """

    id: str
    reporter: str
    answers: Mapping[str, Any]
    asked_again: frozenset[str]
    finished: bool
    strokes: str
    worst: Tier

    def has_confirmed(self, name: str, given: object) -> bool:
        """Whether the page asked about this answer and the same was typed again.

        A finished diary keeps what it has: there one question is enough.
        """
        same = self.finished or self.answers.get(name) == given
        return same and name in self.asked_again


@dataclass(frozen=True)
class SentScreen:
    """One screen as it was sent.

    ``asking``: temperatures to ask about once more; ``left_blank``: what was asked and
    not answered; ``drawn``: the sentence written by hand; ``ends``: it is the diary's
    last screen.
    """

    answers: Mapping[str, Any]
    asking: Collection[str]
    left_blank: Collection[str]
    drawn: str | None
    ends: bool


def asked(case: Case) -> list[tuple[Group, dict[str, Item]]]:
    """Today's screens in order, the red flags first."""
    code = case.phase
    first = study_days.counted_from(case.study.phase(code), case.milestones)
    return study_days.asked_screens(case.study, code, first, case.today)


def case_of(case: Case, draft_id: str) -> Case:
    """The case by the version under which this person's diary began.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    draft = drafts.own(case.session, case.participant, draft_id)
    return of_entry(case, draft.entry_id)


def open_draft(case: Case, draft_id: str) -> OpenDraft:
    """This person's diary.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    draft = drafts.own(case.session, case.participant, draft_id)
    return OpenDraft(
        id=draft.id,
        reporter=draft.reporter,
        answers=dict(draft.answers),
        asked_again=frozenset(draft.asked_again),
        finished=draft.finished_at is not None,
        strokes=draft.strokes or "",
        worst=drafts.worst_tier(case.session, draft),
    )


def left_open(case: Case, reporter: str) -> str | None:
    """The diary that this reporter began recently and did not finish."""
    since = case.now - drafts.RESUMED_WITHIN
    left = drafts.unfinished(case.session, case.participant, reporter, since=since)
    return left.id if left is not None else None


def send(case: Case, draft_id: str, sent: SentScreen, writer: Writer) -> Receipt | None:
    """Keep a screen; a receipt if something was sent, at the end the whole diary's.

    Raises:
        EntryRefused, NotFound: as ``drafts``.
    """
    receipt = drafts.save_screen(
        case,
        draft_id,
        sent.answers,
        writer,
        asking=sent.asking,
        left_blank=sent.left_blank,
    )
    who = (case.session, case.participant, draft_id)
    handwriting.keep(*who, sent.drawn, now=case.now)
    return drafts.finish_draft(case, draft_id, writer) if sent.ends else receipt


def keep(
    case: Case, draft_id: str, answers: Mapping[str, Any], drawn: str | None
) -> None:
    """Keep what a screen holds while somebody still answers it or draws on it."""
    who = (case.session, case.participant, draft_id)
    drafts.keep(*who, answers, now=case.now)
    handwriting.hold(drafts.own(*who), drawn, now=case.now)


def send_reading(
    case: Case,
    draft_id: str,
    answers: Mapping[str, Any],
    writer: Writer,
    *,
    asking: Collection[str] = (),
) -> Receipt | None:
    """Store a second reading; None while the page asks about it once more.

    It is part of a diary but completes none: the day's own diary is still to be
    written. The same again gives the same receipt.
    """
    draft = drafts.own(case.session, case.participant, draft_id)
    draft.updated_at = case.now
    drafts.put_answers(draft, answers, ())
    drafts.ask_about(draft, asking)
    if asking:
        return None
    draft.finished_at = draft.finished_at or case.now
    return drafts.send_as_it_stands(case, draft, writer)
