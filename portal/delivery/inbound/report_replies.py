"""The answer to a report by text: what to do now, and when somebody phones or reads.

It never repeats what was written, because people share phones.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.alerting.answers import reported_alerts
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Contact, Participant, Site
from portal.delivery.inbound.arrived_texts import (
    ArrivedText,
    TextAnswer,
    answer,
    numbers_to_call,
)
from portal.diary.entries import Receipt
from portal.messages.unread_texts import RECEIVED_AT
from portal.people.case import Case
from portal.people.reporters import Person
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.filling import hour_text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import told_for

RECEIVED = "report_received"
UNPROMISED = {"report_urgent": "unanswered"}
"""Templates without minutes, for each template that states them."""


def reply(
    arrived: ArrivedText,
    person: Person,
    contact: Contact,
    receipt: Receipt | None,
    read_by: datetime | None = None,
) -> None:
    """Queue what to do now and when it is read, without repeating what was written."""
    session = arrived.session
    alert = session.get(Alert, receipt.alert_id or 0) if receipt else None
    minutes = _minutes(arrived, alert) if alert is not None else 0
    variables = {**numbers_to_call(session, person.site_id), "minutes": str(minutes)}
    ends = {"minutes": arrived.now + timedelta(minutes=minutes)}
    templates = _templates(arrived, person, receipt)
    if not minutes:
        templates = tuple(UNPROMISED.get(one, one) for one in templates)
    if read_by is not None and templates == (RECEIVED,) and _answers(arrived, person):
        templates = (_template_of_words(arrived, person),)
        variables["time"] = _hour(arrived, person, read_by)
        ends["time"] = read_by
    for place, template in enumerate(templates):
        said = TextAnswer(
            template=template,
            contact=contact,
            language=person.language,
            study_version_id=person.study_version_id,
            variables=variables,
            participant_id=person.participant_id,
            place=place,
            ends=ends,
        )
        answer(arrived, said)


def _minutes(arrived: ArrivedText, alert: Alert) -> int:
    """Within how many minutes somebody phones; 0: that time is over, or nearly over."""
    session, now = arrived.session, arrived.now
    return reported_alerts.promised(session, alert, None, now, now=now)


def _answers(arrived: ArrivedText, person: Person) -> bool:
    """Whether the study answers such texts."""
    return RECEIVED in arrived.study_of(person.study_version_id).texts


def _hour(arrived: ArrivedText, person: Person, at: datetime) -> str:
    zone = arrived.session.get_one(Site, person.site_id).time_zone
    return hour_text(at, zone, person.language, now=arrived.now)


def _template_of_words(arrived: ArrivedText, person: Person) -> str:
    participant = arrived.session.get_one(Participant, person.participant_id)
    study = arrived.study_of(participant.study_version_id)
    case = Case(arrived.session, study, participant, arrived.now)
    return RECEIVED_AT[case.place].id


def _templates(
    arrived: ArrivedText, person: Person, receipt: Receipt | None
) -> tuple[str, ...]:
    """The templates of the answer: for the person's place, or one for both places.

    An old study version has none for both places; it answers with those for home and
    for the ward.
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
