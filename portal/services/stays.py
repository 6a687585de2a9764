"""Days in hospital: recorded by staff, because the phase and the diary follow them.

A day of discharge in the future would keep the diary silent until then, so it is
refused; a stay without one ends for the rules after a week by itself.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import InvalidInput
from portal.core.study.model import Study
from portal.db.people import Participant, Stay
from portal.services import audit, deviations, reminders, timeline


def of(session: Session, participant: Participant) -> list[Stay]:
    """A participant's stays, oldest first."""
    query = select(Stay).where(Stay.participant_id == participant.id)
    return list(session.scalars(query.order_by(Stay.admitted_on, Stay.id)))


def discharge(
    session: Session,
    study: Study,
    participant: Participant,
    *,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """End the present stay in hospital; the phase follows. A repeat changes nothing.

    Going home before the protocol's earliest day is noted for the investigator.

    Raises:
        InvalidInput: nobody is in hospital, or the day lies before admission or
            after today.
    """
    stay = _last(session, participant)
    if stay is not None and stay.discharged_on == on:
        return
    today = timeline.local_today(session, participant, now=now)
    open_stay = stay is not None and stay.discharged_on is None
    if stay is None or not open_stay or not stay.admitted_on <= on <= today:
        raise InvalidInput("There is no stay that could end that day.", field="on")
    stay.discharged_on = on
    deviations.discharged(session, study, participant, on=on, now=now)
    _note(session, participant, "discharged", on, actor, now)


def admit(
    session: Session,
    participant: Participant,
    *,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """Begin another stay in hospital. A repeat changes nothing.

    Raises:
        InvalidInput: somebody is in hospital already, or the day lies before the
            last discharge or after today.
    """
    stay = _last(session, participant)
    if stay is not None and (stay.admitted_on, stay.discharged_on) == (on, None):
        return
    today = timeline.local_today(session, participant, now=now)
    ended = stay.discharged_on if stay is not None else participant.d0
    if ended is None or not ended <= on <= today:
        raise InvalidInput("No stay could begin that day.", field="on")
    session.add(Stay(participant_id=participant.id, admitted_on=on))
    _note(session, participant, "admitted", on, actor, now)


def _last(session: Session, participant: Participant) -> Stay | None:
    session.get_one(Participant, participant.id, with_for_update=True)
    stays = of(session, participant)
    return stays[-1] if stays else None


def _note(
    session: Session,
    participant: Participant,
    what: str,
    on: date,
    actor: audit.Actor,
    now: datetime,
) -> None:
    subject = ("participant", participant.id)
    reminders.plan_from_now(participant, now=now)  # another phase, other reminders
    act = f"participant.{what}"
    audit.record(session, actor, act, subject, now=now, on=str(on))
