"""What participants and caregivers write in their own words: a report like any other.

One person's text is an entry, triaged at once. Where nobody can say whose it is (a
number that several share, that was never verified, or that is said to be a
stranger's), nothing is put on anybody's record: dangerous words open an alert for
each participant behind the number, for the wrong call is made good and the missing
one is not, and everything else is a nurse's task. Whoever withdrew has nothing stored
but the text as it came, and somebody who reads it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from portal.alerting import answering, standings
from portal.db.alerts import Alert
from portal.db.people import Contact, Participant, Site
from portal.delivery.inbound.arrived import (
    Answer,
    Arrived,
    answer,
    numbers_to_call,
    task_about,
)
from portal.diary import entries, unread_words
from portal.diary.entries import Receipt, Submission
from portal.diary.judgement import judged
from portal.diary.unread_words import Words
from portal.errors import EntryRefused
from portal.messages.unread_texts import RECEIVED_AT
from portal.people import timeline
from portal.people.case import Case
from portal.people.reporters import Person
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.filling import hour_text
from portal.protocol.study.model import Study, Tier
from portal.protocol.triage.judge import judge, told_for
from portal.protocol.triage.unread_words import must_be_read
from portal.protocol.triage.verdict import Verdict
from portal.protocol.words.temperatures import TypedTemperature, temperatures

RECEIVED = "report_received"
UNPROMISED = {"report_urgent": "unanswered"}
"""What says no minutes, in place of what does."""


def take(arrived: Arrived) -> str:
    """Deal with a text from the number of participants or caregivers; its kind."""
    for participant in arrived.sender.left:
        study = arrived.study_of(participant.study_version_id)
        alarming = is_alarming(study, arrived.row.body)
        task_about(arrived, participant, "text_after_end", at_once=alarming)
    if not arrived.sender.sure:
        for person, contact in arrived.sender.people:
            _take_unsure(arrived, person, contact)
        return "words"
    ((person, contact),) = arrived.sender.people
    receipt = _entered(arrived, person)
    _answer(arrived, person, contact, receipt, _put_up(arrived, person, receipt))
    return "report" if receipt is not None else "words"


def _entered(arrived: Arrived, person: Person) -> Receipt | None:
    """The text as an entry; None where the study has no item that could hold it."""
    participant = arrived.session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    receipt = _submitted(arrived, study, participant, person)
    if receipt is not None:
        arrived.row.entry_version_id = receipt.version_id
    return receipt


def _put_up(
    arrived: Arrived, person: Person, receipt: Receipt | None
) -> datetime | None:
    """Have somebody read what nothing raised; by when, None where nobody need."""
    session, row = arrived.session, arrived.row
    participant = session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    if receipt is not None and unread_words.is_carried(
        session, receipt.entry_id, receipt.verdict
    ):
        return None
    judged = answers_in(study, row.body) if receipt is not None else {}
    if not must_be_read(row.body, judged):
        return None
    return unread_words.put_up(
        Case(session, study, participant, arrived.now), Words("texts", row.id)
    )


def _submitted(
    arrived: Arrived, study: Study, participant: Participant, person: Person
) -> Receipt | None:
    row, session, now = arrived.row, arrived.session, arrived.now
    answers = answers_in(study, row.body)
    if not answers:
        return None
    submission = Submission(
        version_id=str(uuid5(NAMESPACE_URL, f"{row.provider}:{row.event_key}")),
        kind="partial",
        answers=answers,
        reporter="caregiver" if person.caregiver_id is not None else "self",
        language=person.language,
        actor=person.actor,
        source="text",
    )
    try:
        return entries.submit(Case(session, study, participant, now), submission)
    except (
        EntryRefused
    ):  # a calm note that is too long: what came stays whole beside it
        short = replace(submission, answers=_shortened(study, answers))
        return entries.submit(Case(session, study, participant, now), short)


def answers_in(study: Study, body: str) -> dict[str, Any]:
    """A text as answers: its words are the note, a temperature in it the reading.

    Of several temperatures the highest counts, as the highest since the last diary.
    """
    found = temperatures(body)
    answers: dict[str, Any] = {}
    if len(found) == 1 and "temp" in study.items:
        answers["temp"] = found[0].answer
    elif found and "temp_max" in study.items:
        answers["temp_max"] = max(found, key=_height).answer
    if "note" in study.items and body.strip():
        answers["note"] = body
    return answers


def _height(typed: TypedTemperature) -> int:
    return typed.tenths or 0


def _shortened(study: Study, answers: dict[str, Any]) -> dict[str, Any]:
    note = str(answers.get("note", ""))
    return {**answers, "note": note[: study.items["note"].max_length]}


def _answer(
    arrived: Arrived,
    person: Person,
    contact: Contact,
    receipt: Receipt | None,
    read_by: datetime | None = None,
) -> None:
    """What to do now, and by when it is read, without a word of what was written."""
    session = arrived.session
    alert = session.get(Alert, receipt.alert_id or 0) if receipt else None
    minutes = _minutes(arrived, alert) if alert is not None else 0
    variables = {
        **numbers_to_call(session, person.site_id),
        "minutes": str(minutes),
    }
    templates = _templates(arrived, person, receipt)
    if not minutes:
        templates = tuple(UNPROMISED.get(one, one) for one in templates)
    if read_by is not None and templates == (RECEIVED,) and _answers(arrived, person):
        templates = (_template_of_words(arrived, person),)
        variables["time"] = _hour(arrived, person, read_by)
    for place, template in enumerate(templates):
        reply = Answer(
            template=template,
            contact=contact,
            language=person.language,
            study_version_id=person.study_version_id,
            variables=variables,
            participant_id=person.participant_id,
            place=place,
        )
        answer(arrived, reply)


def _minutes(arrived: Arrived, alert: Alert) -> int:
    """Within how many minutes somebody phones; 0: the hour has passed, or nearly."""
    session, now = arrived.session, arrived.now
    return standings.promised(session, alert, None, now, now=now)


def _answers(arrived: Arrived, person: Person) -> bool:
    """Whether the study answers such texts at all."""
    return RECEIVED in arrived.study_of(person.study_version_id).texts


def _hour(arrived: Arrived, person: Person, at: datetime) -> str:
    zone = arrived.session.get_one(Site, person.site_id).time_zone
    return hour_text(at, zone, person.language, now=arrived.now)


def _template_of_words(arrived: Arrived, person: Person) -> str:
    session, now = arrived.session, arrived.now
    participant = session.get_one(Participant, person.participant_id)
    today = timeline.local_today(session, participant, now=now)
    return RECEIVED_AT[timeline.place(session, participant, today=today)].id


def _templates(
    arrived: Arrived, person: Person, receipt: Receipt | None
) -> tuple[str, ...]:
    """The answer's wording: of the place where the person is, or right in both.

    A study version from before there was one for both is answered with that for home
    and that of the ward.
    """
    if receipt is None or not receipt.verdict.tier.pages:
        return (RECEIVED,)
    study = arrived.study_of(person.study_version_id)
    emergency = receipt.verdict.tier is Tier.EMERGENCY
    home = "report_emergency" if emergency else "report_urgent"
    place = told_for(study, receipt.verdict)
    if place is Place.UNKNOWN:
        both = f"{home}_anywhere"
        return (both,) if both in study.texts else (home, "report_ward")
    return ("report_ward",) if place is Place.WARD else (home,)


def _take_unsure(arrived: Arrived, person: Person, contact: Contact) -> None:
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
    task_about(arrived, participant, "text_unsure", alert_id=alert_id)
    _answer(arrived, person, contact, None)


def _verdict(
    arrived: Arrived, study: Study, participant: Participant
) -> Verdict | None:
    """What the text would come to, were it this participant's; None: nothing urgent."""
    case = Case(arrived.session, study, participant, arrived.now)
    try:
        return judged(case, answers_in(study, arrived.row.body), source="text")
    except EntryRefused:
        return None


def is_alarming(study: Study, body: str) -> bool:
    """Whether a text would be urgent at least, were it anybody's in this study."""
    try:
        verdict = judge(study, None, answers_in(study, body), source="text")
    except EntryRefused:
        return False
    return verdict.tier.pages
