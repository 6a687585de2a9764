"""Texts of participants and caregivers in their own words: reports like any other.

If one person can have sent it, the text is an entry and triaged at once. If the sender
is not certain (several people share the number, it was never verified, or it is said to
be a stranger's), the text goes on nobody's record. Then dangerous words open an alert
for each participant with this number, because an unnecessary call can be put right and
a missing one cannot. Everything else is a task for a nurse. For a participant who
withdrew only the text itself is stored, and somebody reads it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from portal.alerting.answers import answering
from portal.db.tables.people import Contact, Participant
from portal.delivery.inbound.arrived_texts import (
    ArrivedText,
    task_about,
)
from portal.delivery.inbound.report_replies import reply
from portal.diary import entries, unread_words
from portal.diary.entries import Receipt, Submission
from portal.diary.judgement import judged
from portal.diary.unread_words import Words
from portal.errors import EntryRefused
from portal.people import reporters
from portal.people.case import Case
from portal.people.reporters import Person
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.protocol.triage.unread_words import must_be_read
from portal.protocol.triage.verdict import Verdict
from portal.protocol.words.heard.readings import TypedTemperature, temperatures
from portal.vocabulary.diary import EntrySource, VersionKind
from portal.vocabulary.messages import InboundKind
from portal.vocabulary.tasks import TaskKind


def take_report(arrived: ArrivedText) -> InboundKind:
    """Handle a text from a number of participants or caregivers; return its kind."""
    for participant in arrived.sender.left:
        study = arrived.study_of(participant.study_version_id)
        alarming = is_alarming(study, arrived.row.body)
        task_about(arrived, participant, TaskKind.TEXT_AFTER_END, at_once=alarming)
    if not arrived.sender.sure:
        for person, contact in arrived.sender.people:
            _take_unsure(arrived, person, contact)
        return InboundKind.WORDS
    ((person, contact),) = arrived.sender.people
    receipt = _entered(arrived, person)
    reply(arrived, person, contact, receipt, _put_up(arrived, person, receipt))
    return InboundKind.REPORT if receipt is not None else InboundKind.WORDS


def _entered(arrived: ArrivedText, person: Person) -> Receipt | None:
    """Store the text as an entry; None if the study has no item that can hold it."""
    participant = arrived.session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    receipt = _submitted(arrived, study, participant, person)
    if receipt is not None:
        arrived.row.entry_version_id = receipt.version_id
    return receipt


def _put_up(
    arrived: ArrivedText, person: Person, receipt: Receipt | None
) -> datetime | None:
    """Let somebody read words that raised no alert; return by when, if at all."""
    session, row = arrived.session, arrived.row
    participant = session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    if receipt is not None and unread_words.is_carried(
        session, receipt.entry_id, receipt.verdict
    ):
        return None
    judged = answers_in(study, row.body) if receipt is not None else {}
    if not must_be_read(row.body, study.items, judged):
        return None
    return unread_words.open_or_join_task(
        Case(session, study, participant, arrived.now), Words("texts", row.id)
    )


def _submitted(
    arrived: ArrivedText, study: Study, participant: Participant, person: Person
) -> Receipt | None:
    row, session, now = arrived.row, arrived.session, arrived.now
    answers = answers_in(study, row.body)
    if not answers:
        return None
    submission = Submission(
        version_id=str(uuid5(NAMESPACE_URL, f"{row.provider}:{row.event_key}")),
        kind=VersionKind.PARTIAL,
        answers=answers,
        reporter=reporters.usual(person.caregiver_id),
        language=person.language,
        actor=person.actor,
        source=EntrySource.TEXT,
    )
    try:
        return entries.submit(Case(session, study, participant, now), submission)
    except EntryRefused:  # a calm note that is too long: the text itself is kept whole
        short = replace(submission, answers=_shortened(study, answers))
        return entries.submit(Case(session, study, participant, now), short)


def answers_in(study: Study, body: str) -> dict[str, Any]:
    """A text as answers: the words are the note, a temperature in them is the reading.

    One goes to the study's first temperature. Of several the highest counts, and goes
    to the second: the highest since the last diary.
    """
    found = temperatures(body)
    answers: dict[str, Any] = {}
    now, highest = (*study.of_kind(ItemKind.TEMPERATURE), None, None)[:2]
    if len(found) == 1 and now:
        answers[now] = found[0].answer
    elif found and highest:
        answers[highest] = max(found, key=_height).answer
    for name in _note(study) if body.strip() else ():
        answers[name] = body
    return answers


def _note(study: Study) -> tuple[str, ...]:
    """The item that takes the words of a text: the study's first text, if it has one."""
    return study.of_kind(ItemKind.TEXT)[:1]


def _height(typed: TypedTemperature) -> int:
    return typed.tenths or 0


def _shortened(study: Study, answers: dict[str, Any]) -> dict[str, Any]:
    short = {
        name: str(answers[name])[: study.items[name].max_length]
        for name in _note(study)
        if name in answers
    }
    return {**answers, **short}


def _take_unsure(arrived: ArrivedText, person: Person, contact: Contact) -> None:
    session, now = arrived.session, arrived.now
    participant = session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    verdict = _verdict(arrived, study, participant)
    alert = None
    if verdict is not None and verdict.tier.pages:
        alert = answering.open_from(
            Case(session, study, participant, now), verdict, entry_version_id=None
        )
    alert_id = alert.id if alert is not None else None
    task_about(arrived, participant, TaskKind.TEXT_UNSURE, alert_id=alert_id)
    reply(arrived, person, contact, None)


def _verdict(
    arrived: ArrivedText, study: Study, participant: Participant
) -> Verdict | None:
    """The verdict if the text is this participant's; None: nothing urgent."""
    case = Case(arrived.session, study, participant, arrived.now)
    try:
        return judged(
            case, answers_in(study, arrived.row.body), source=EntrySource.TEXT
        )
    except EntryRefused:
        return None


def is_alarming(study: Study, body: str) -> bool:
    """Whether a text would be at least urgent for some participant of this study."""
    try:
        verdict = judge(study, None, answers_in(study, body), source=EntrySource.TEXT)
    except EntryRefused:
        return False
    return verdict.tier.pages
