"""A diary written screen by screen: nothing said is lost, nothing dangerous waits.

An answer that reaches urgent is sent at once. A diary left unfinished for ten minutes
is sent as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Draft
from portal.db.tables.people import Participant
from portal.diary.entries import Receipt, Submission, submit
from portal.diary.judgement import judged
from portal.diary.submission import CHANGED_AFTERWARDS, Writer
from portal.diary.version_ids import version_of
from portal.errors import EntryRefused, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.vocabulary.diary import VersionKind

ASKING = "asking:"
RESUMED_WITHIN = timedelta(hours=12)


def begin(
    session: Session,
    participant: Participant,
    writer: Writer,
    *,
    entry_id: int,
    draft_id: str,
    now: datetime,
) -> None:
    """Begin the rest of a diary whose red-flag screen is stored; a repeat finds it.

    Raises:
        NotFound: the id belongs to somebody else.
    """
    if session.get(Draft, draft_id) is not None:
        own(session, participant, draft_id)
        return
    draft = Draft(
        id=draft_id,
        participant_id=participant.id,
        entry_id=entry_id,
        reporter=writer.reporter,
        language=writer.language,
        answers={},
        asked_again=[],
        unsent=False,
        device_id=writer.device_id,
        started_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()


def own(session: Session, participant: Participant, draft_id: str) -> Draft:
    """This participant's draft, locked for a change.

    Raises:
        NotFound: it does not exist, or is somebody else's.
    """
    draft = session.get(Draft, draft_id, with_for_update=True)
    if draft is None or draft.participant_id != participant.id:
        raise NotFound("There is no such diary.")
    return draft


def unfinished(
    session: Session, participant: Participant, reporter: str, *, since: datetime
) -> Draft | None:
    """The newest diary that this reporter began after ``since`` and did not finish."""
    query = select(Draft).where(
        Draft.participant_id == participant.id,
        Draft.reporter == reporter,
        Draft.finished_at.is_(None),
        Draft.started_at >= since,
    )
    return session.scalar(query.order_by(Draft.started_at.desc()).limit(1))


def worst_tier(session: Session, draft: Draft) -> Tier:
    """The worst verdict that this diary's entry has had so far; routine before any."""
    versions = timeline.versions_of(session, draft.entry_id) if draft.entry_id else ()
    tiers = (Tier(version.tier) for version in versions)
    return max(tiers, key=lambda tier: tier.rank, default=Tier.ROUTINE)


def save_screen(
    case: Case,
    draft_id: str,
    answers: Mapping[str, Any],
    writer: Writer,
    *,
    asking: Collection[str] = (),
    left_blank: Collection[str] = (),
) -> Receipt | None:
    """Keep one screen's answers; send all at once when they reach urgent.

    ``asking`` names temperatures that the page asks about once more: they count when
    they are given again, or when the diary is left for ten minutes. ``left_blank``
    names questions of the screen without an answer (now). Gives the receipt when
    something was sent, else None. A finished diary changes no more: a different answer
    afterwards is kept and triaged as a correction of it, so that going back never loses
    a word.
    """
    draft = own(case.session, case.participant, draft_id)
    changed = {
        key: value
        for key, value in answers.items()
        if key not in draft.answers or draft.answers[key] != value
    }
    if draft.finished_at is not None:
        return _after_the_end(case, draft, changed, writer)
    draft.updated_at = case.now
    put_answers(draft, answers, left_blank)
    settled = ask_about(draft, asking)
    if not (draft.unsent or settled) or not _reaches_urgent(case, draft):
        return None
    return send_as_it_stands(case, draft, writer)


def keep(
    session: Session,
    participant: Participant,
    draft_id: str,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep what a screen holds while somebody still answers it.

    Nothing is judged before they continue, or leave it for ten minutes: a finger that
    slips on a small screen pages nobody. An answer that was taken back is removed only
    with the screen, so that a late request removes nothing. A finished diary stays as
    it is.
    """
    draft = own(session, participant, draft_id)
    if draft.finished_at is None:
        draft.updated_at = now
        put_answers(draft, answers, ())


def put_answers(
    draft: Draft, answers: Mapping[str, Any], left_blank: Collection[str]
) -> None:
    """Put answers into a draft, and take out what was left blank.

    If an answer that was asked about has changed, the page may ask again.
    """
    stay = {key: draft.answers[key] for key in draft.answers if key not in left_blank}
    whole = {**stay, **answers}
    if whole == draft.answers:
        return
    draft.asked_again = [
        mark for mark in draft.asked_again if whole.get(mark) == draft.answers.get(mark)
    ]
    draft.answers, draft.unsent = whole, True


def _reaches_urgent(case: Case, draft: Draft) -> bool:
    """Whether these answers must be sent now; a refused field alone is no reason."""
    answers = {**_settled(draft), "reporter": draft.reporter}
    try:
        verdict = judged(case, answers, entry_id=draft.entry_id)
    except EntryRefused:
        return False
    return verdict.tier.pages


def ask_about(draft: Draft, fields: Collection[str]) -> bool:
    """Note what is asked again; whether something has just stopped being asked."""
    before = {mark for mark in draft.asked_again if mark.startswith(ASKING)}
    now_asking = {f"{ASKING}{field}" for field in fields}
    asked = {mark for mark in draft.asked_again if not mark.startswith(ASKING)}
    draft.asked_again = sorted(asked | set(fields) | now_asking)
    return bool(before - now_asking)


def _settled(draft: Draft) -> dict[str, Any]:
    """The answers without those that the page is asking about once more."""
    return {
        field: answer
        for field, answer in draft.answers.items()
        if f"{ASKING}{field}" not in draft.asked_again
    }


def send_as_it_stands(case: Case, draft: Draft, writer: Writer) -> Receipt:
    """Store the draft so far as a partial version; the same content only once."""
    draft.unsent = False
    version_id = version_of(draft.id, draft.answers)
    return submit(case, _submission(draft, writer, version_id, VersionKind.PARTIAL))


def finish_draft(case: Case, draft_id: str, writer: Writer) -> Receipt:
    """Store the whole diary; a repeat gives the same receipt.

    Raises:
        EntryRefused: a field is invalid; the draft stays as it is.
    """
    draft = own(case.session, case.participant, draft_id)
    submission = _submission(draft, writer, draft.id, VersionKind.COMPLETE)
    receipt = submit(case, submission)
    draft.finished_at, draft.unsent = draft.finished_at or case.now, False
    return receipt


def _after_the_end(
    case: Case, draft: Draft, changed: Mapping[str, Any], writer: Writer
) -> Receipt:
    """The receipt of a finished diary, or of the correction that these answers are."""
    if not changed:
        return finish_draft(case, draft.id, writer)
    version_id = version_of(draft.id, changed)
    correction = replace(
        _submission(draft, writer, version_id, VersionKind.CORRECTION),
        answers=changed,
        reason=CHANGED_AFTERWARDS,
    )
    return submit(case, correction)


def _submission(
    draft: Draft, writer: Writer, version_id: str, kind: VersionKind
) -> Submission:
    return Submission(
        version_id=version_id,
        kind=kind,
        answers=draft.answers,
        reporter=draft.reporter,
        language=draft.language,
        actor=writer.actor,
        entry_id=draft.entry_id,
        stated_at=writer.stated_at,
        phone_at=writer.phone_at,
        phone_zone=writer.phone_zone,
        device_id=draft.device_id,
    )
