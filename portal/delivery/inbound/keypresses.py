"""Calls to paged people: what the call says, and the key that acknowledges the alert.

Only a person can acknowledge: by a key pressed once, on the called phone, during the
call. An answering machine, silence or hanging up acknowledge nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.answers import answering
from portal.db.dialect import insert_unless_present
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Message, ProviderEvent
from portal.db.tables.people import Contact, Staff
from portal.errors import AlertClosed, AlreadyAcknowledged, NotAllowed, NotFound
from portal.languages import FIRST
from portal.protocol.study.filling import fill
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import Channel

KEY = "1"
LIVES = timedelta(minutes=15)  # real time; no call lasts longer: later is a replay


@dataclass(frozen=True)
class KeypressResult:
    """The state of a call: open, acknowledged, taken, closed, no_key, nobody, over.

    ``holder`` is who has the alert, if it is taken. ``words`` is what an open call
    says, if that was asked.
    """

    result: str
    language: str
    holder: str = ""
    words: str = ""


@dataclass(frozen=True)
class Keypress:
    """A key pressed in a call; ``call`` is the provider's id of the call."""

    call: str
    number: str
    key: str
    by_machine: bool


@dataclass(frozen=True)
class _Call:
    attempt: Attempt
    message: Message
    number: str | None
    alert: Alert
    staff: Staff | None


def standing(
    session: Session,
    study_of: StudyOf,
    provider: str,
    reference: str,
    *,
    real_now: datetime,
) -> KeypressResult:
    """The state of a call's alert now, and what to say; nothing changes."""
    call = _call(session, provider, reference, real_now)
    if call is None:
        return _over(session, provider, reference)
    found = _as_it_stands(session, call)
    if found.result != "open":
        return found
    message = call.message
    text = study_of(message.study_version_id).texts[message.template]
    return replace(found, words=fill(text, message.language, message.variables))


def press(
    session: Session,
    provider: str,
    reference: str,
    key: Keypress,
    *,
    now: datetime,
    real_now: datetime,
) -> KeypressResult:
    """Acknowledge the alert of the call, for the person who was called.

    Only the first report of a key counts; a repeat returns the present state.
    """
    call = _call(session, provider, reference, real_now)
    if call is None or call.number != key.number:
        return _over(session, provider, reference)
    language = call.message.language
    fresh = _keep(session, provider, call, key, now)
    if key.key != KEY or key.by_machine:
        return KeypressResult("no_key", language)
    if call.staff is None:
        return KeypressResult("nobody", language)
    if not fresh:
        return _as_it_stands(session, call)
    return _take(session, call, call.staff, now)


def _call(
    session: Session, provider: str, reference: str, real_now: datetime
) -> _Call | None:
    query = select(Attempt).filter_by(reference=reference, provider=provider)
    attempt = session.scalar(query)
    if attempt is None or abs(real_now - attempt.started_at) > LIVES:
        return None
    message = session.get_one(Message, attempt.message_id)
    alert = session.get(Alert, message.alert_id or 0)
    if message.channel != Channel.CALL or alert is None:
        return None
    contact = session.get_one(Contact, message.contact_id)
    staff = session.get(Staff, message.staff_id or 0)
    if staff is not None and not staff.active:
        return None
    return _Call(attempt, message, contact.value, alert, staff)


def _over(session: Session, provider: str, reference: str) -> KeypressResult:
    query = (
        select(Message.language)
        .join(Attempt, Attempt.message_id == Message.id)
        .where(Attempt.reference == reference, Attempt.provider == provider)
    )
    return KeypressResult("over", session.scalar(query) or FIRST)


def _keep(
    session: Session, provider: str, call: _Call, key: Keypress, now: datetime
) -> bool:
    return insert_unless_present(
        session,
        ProviderEvent,
        provider=provider,
        event_key=f"key:{call.attempt.reference}:{key.call}:{key.key}",
        attempt_id=call.attempt.id,
        status="key",
        raw={"call": key.call, "key": key.key, "machine": key.by_machine},
        received_at=now,
    )


def _take(session: Session, call: _Call, staff: Staff, now: datetime) -> KeypressResult:
    language = call.message.language
    try:
        answering.acknowledge(session, call.alert.id, staff, source="call", now=now)
    except AlertClosed:
        return KeypressResult("closed", language)
    except AlreadyAcknowledged:
        return _as_it_stands(session, call)
    except NotAllowed:  # on call, but the role may not acknowledge alerts
        return KeypressResult("nobody", language)
    except NotFound:  # the person has moved to another site
        return KeypressResult("over", language)
    return KeypressResult("acknowledged", language)


def _as_it_stands(session: Session, call: _Call) -> KeypressResult:
    alert, language = call.alert, call.message.language
    if alert.state == AlertState.CLOSED:
        return KeypressResult("closed", language)
    if alert.state == AlertState.OPEN:
        return KeypressResult("open", language)
    if call.staff is not None and alert.acked_by == call.staff.id:
        return KeypressResult("acknowledged", language)
    holder = session.get(Staff, alert.acked_by or 0)
    return KeypressResult("taken", language, holder.display_name if holder else "")
