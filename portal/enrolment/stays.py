"""Days in hospital: recorded by staff, because the phase and the diary follow them.

Recorded at any time and for past days. A future day is refused, because no diary would
be due until then. A stay without an end is known for the planned days, then as long as
somebody says "still here" (``protocol.calendar.whereabouts``). Each record changes the
calls about a silence at once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.tasks import deviations
from portal.db.tables.people import Participant, Stay
from portal.errors import InvalidInput
from portal.people import timeline
from portal.people.case import Case
from portal.visits.reminders import remind, ward_answers

BEFORE_D0 = timedelta(days=60)
"""How long before D0 an admission for it may lie."""


def of(session: Session, participant: Participant) -> list[Stay]:
    """A participant's stays, oldest first."""
    query = select(Stay).where(Stay.participant_id == participant.id)
    return list(session.scalars(query.order_by(Stay.admitted_on, Stay.id)))


def discharge(case: Case, *, on: date, actor: audit.Actor) -> None:
    """End the present stay in hospital; the phase follows. A repeat changes nothing.

    Going home before the protocol's earliest day is noted for the investigator.

    Raises:
        InvalidInput: nobody is in hospital, or the day is before admission or
            after today.
    """
    today = case.today
    stay = _present(case.session, case.participant, today)
    if stay is not None and stay.discharged_on == on:
        return
    open_stay = stay is not None and stay.discharged_on is None
    if stay is None or not open_stay or not stay.admitted_on <= on <= today:
        raise InvalidInput("There is no stay that can end on that day.", field="on")
    _end(stay, on)
    deviations.discharged(case, on=on)
    _note(case.session, case.participant, "discharged", actor, case.now, on=str(on))
    ward_answers.went_home(case, on, actor)


def correct_discharge(case: Case, *, on: date | None, actor: audit.Actor) -> None:
    """Give the last stay another last day, or none if the person did not go home.

    Raises:
        InvalidInput: no discharge is on record, or the day is before that stay's
            admission or after today.
    """
    stay = _last(case.session, case.participant)
    today = case.today
    before = stay.discharged_on if stay is not None else None
    if stay is None or before is None:
        raise InvalidInput("There is no discharge to correct.", field="on")
    if on == before:
        return
    if on is not None and not stay.admitted_on <= on <= today:
        raise InvalidInput("There is no stay that can end on that day.", field="on")
    _end(stay, on)
    deviations.discharge_corrected(case, on=on)
    said = {"on": str(on or ""), "before": str(before)}
    _note(
        case.session, case.participant, "discharge_corrected", actor, case.now, **said
    )
    if on is not None:
        ward_answers.went_home(case, on, actor)


def admit(
    session: Session,
    participant: Participant,
    *,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """Record that a person was in hospital on a day. A repeat changes nothing.

    At home it begins another stay. During a stay it says "still here", or, for a day
    before its first, that it began then.

    Raises:
        InvalidInput: the day is before the last discharge, long before
            D0, or after today.
    """
    today = timeline.local_today(session, participant, now=now)
    stay = _present(session, participant, today)
    ended = stay.discharged_on if stay is not None else participant.d0
    first = participant.d0 - BEFORE_D0 if ended is None else ended
    if not first <= on <= today or _is_in_another(session, participant, stay, on):
        raise InvalidInput("No stay can begin on that day.", field="on")
    if stay is None or ended is not None:
        session.add(Stay(participant_id=participant.id, admitted_on=on))
        _note(session, participant, "admitted", actor, now, on=str(on))
    elif on < stay.admitted_on:
        before, stay.admitted_on = stay.admitted_on, on
        said = {"on": str(on), "before": str(before)}
        _note(session, participant, "admitted", actor, now, **said)
    elif on > stay.admitted_on:
        _confirm(session, participant, stay, on, actor, now)
    ward_answers.is_here(session, participant, on, actor, now=now)


def still_here(
    session: Session,
    participant: Participant,
    *,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """Confirm the present stay for a day, today or before. A repeat changes nothing.

    Raises:
        InvalidInput: no stay is open, or the day is before it or after today.
    """
    today = timeline.local_today(session, participant, now=now)
    stay = _present(session, participant, today)
    if stay is None or stay.discharged_on is not None:
        raise InvalidInput("They are not in hospital: record an admission.", field="on")
    if not stay.admitted_on <= on <= today:
        raise InvalidInput("This day is not part of any stay in hospital.", field="on")
    _confirm(session, participant, stay, on, actor, now)
    ward_answers.is_here(session, participant, on, actor, now=now)


def _confirm(
    session: Session,
    participant: Participant,
    stay: Stay,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    if stay.here_on is None or on > stay.here_on:
        stay.here_on = on
        _note(session, participant, "still_here", actor, now, on=str(on))


def _end(stay: Stay, on: date | None) -> None:
    stay.discharged_on = on
    if on is not None and stay.here_on is not None and stay.here_on > on:
        stay.here_on = None  # later information corrected it


def _is_in_another(
    session: Session, participant: Participant, last: Stay | None, on: date
) -> bool:
    """Whether the day is in a stay before the last one."""
    return any(
        one.discharged_on is not None and on < one.discharged_on
        for one in of(session, participant)
        if one is not last
    )


def _last(session: Session, participant: Participant) -> Stay | None:
    session.get_one(Participant, participant.id, with_for_update=True)
    stays = of(session, participant)
    return stays[-1] if stays else None


def _present(session: Session, participant: Participant, today: date) -> Stay | None:
    """The last stay; in the days after D0, with none on record, that of D0."""
    stay = _last(session, participant)
    ended = stay.discharged_on if stay is not None else date.min
    if ended is not None and ended < participant.d0 <= today:
        stay = Stay(participant_id=participant.id, admitted_on=participant.d0)
        session.add(stay)
    return stay


def _note(
    session: Session,
    participant: Participant,
    what: str,
    actor: audit.Actor,
    now: datetime,
    **said: Any,
) -> None:
    subject = ("participant", participant.id)
    remind.plan_from_now(participant, now=now)  # another phase, other reminders
    audit.record(session, actor, f"participant.{what}", subject, now=now, **said)
