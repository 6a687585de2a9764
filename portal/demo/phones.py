"""The simulated phones of the demonstration: what each shows, rings and answers.

A key or a text that acknowledges goes through the same service as the page does,
in the name of the person who was paged.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Attempt, Handset, Message
from portal.db.tables.people import Contact, Staff
from portal.delivery.inbound import receive
from portal.errors import InvalidInput, NotFound
from portal.messages import simulated_phones
from portal.messages.gateways.simulated import LogGateway
from portal.study_versions import StudyOf
from portal.vocabulary.messages import Channel
from portal.vocabulary.people import ContactKind

RINGS = timedelta(minutes=10)
NEWS = timedelta(seconds=75)
SHOWN = 8  # texts and calls on one phone
LOOKED_AT = 600  # rows
LONGEST_REPLY = 300
CONFIRM = "1"
ANSWERED, HUNG_UP = "answered", "hung up"
KEYS = frozenset("0123456789*#")


@dataclass(frozen=True)
class Bubble:
    """A text or a call in a phone's list. ``call`` is the result of a call: missed,
    answered, hung up, confirmed; None for a text.
    """

    text: str
    at: datetime
    mine: bool
    call: str | None = None


@dataclass(frozen=True)
class PhoneScreen:
    """What one phone shows, oldest first; ``ringing`` is the call on the line now."""

    number: str
    bubbles: tuple[Bubble, ...]
    ringing: Handset | None
    talking: bool
    news: bool
    last_id: int


def screens(session: Session, *, now: datetime) -> dict[str, PhoneScreen]:
    """Every phone that has had something, by number."""
    rows: dict[str, list[Handset]] = defaultdict(list)
    query = select(Handset).order_by(Handset.id.desc()).limit(LOOKED_AT)
    for row in session.scalars(query):
        rows[row.number].append(row)
    return {number: _screen(number, found, now) for number, found in rows.items()}


def _screen(number: str, newest_first: list[Handset], now: datetime) -> PhoneScreen:
    call = next((row for row in newest_first if row.channel == Channel.CALL), None)
    ringing = call if call is not None and on_the_line(call, now) else None
    shown = [row for row in reversed(newest_first[:SHOWN]) if row is not ringing]
    incoming = [row for row in newest_first if row.direction == "to_phone"]
    fresh = bool(incoming) and now - incoming[0].at < NEWS
    return PhoneScreen(
        number=number,
        bubbles=tuple(_bubble(row) for row in shown),
        ringing=ringing,
        talking=ringing is not None and ringing.pressed == ANSWERED,
        news=fresh or ringing is not None,
        last_id=newest_first[0].id,
    )


def on_the_line(row: Handset, now: datetime) -> bool:
    """Whether this is a call that rings, or was answered and continues."""
    open_line = row.channel == Channel.CALL and row.pressed in (None, ANSWERED)
    return open_line and now - row.at < RINGS


def _bubble(row: Handset) -> Bubble:
    mine = row.direction == "from_phone"
    if row.channel != Channel.CALL:
        return Bubble(row.body, row.at, mine)
    outcomes = {None: "missed", CONFIRM: "confirmed", HUNG_UP: "hung up"}
    return Bubble(row.body, row.at, mine, outcomes.get(row.pressed, "answered"))


def answer(session: Session, handset_id: int) -> str:
    """Pick up a ringing call; a repeat changes nothing. Gives the phone's number.

    Raises:
        NotFound: there is no such call.
    """
    call = _call(session, handset_id)
    call.pressed = call.pressed or ANSWERED
    return call.number


def hang_up(session: Session, handset_id: int) -> str:
    """End a call without a key; a repeat changes nothing. Gives the phone's number.

    Raises:
        NotFound: there is no such call.
    """
    call = _call(session, handset_id)
    if call.pressed in (None, ANSWERED):
        call.pressed = HUNG_UP
    return call.number


def number_of(session: Session, handset_id: int) -> str:
    """The number of the phone that a call came to. Raises ``NotFound``."""
    return _call(session, handset_id).number


def press(
    session: Session, handset_id: int, key: str, *, now: datetime
) -> Alert | None:
    """Press a key in a call. 1 acknowledges the alert as the person who was called.

    Then it returns the alert; None for any other key, which changes nothing.

    Raises:
        NotFound: no such call, or it pages nobody by name.
        InvalidInput: this is no key of a telephone, or the call is over.
        AlreadyAcknowledged, AlertClosed: see ``answering.acknowledge``.
    """
    call = _call(session, handset_id)
    if key not in KEYS or call.pressed not in (None, ANSWERED):
        raise InvalidInput("This call is over.", field="key")
    if key != CONFIRM:
        call.pressed = ANSWERED
        return None
    query = (
        select(Message.alert_id, Message.staff_id)
        .join(Attempt, Attempt.message_id == Message.id)
        .where(Attempt.reference == call.reference)
    )
    row = session.execute(query).first()
    if row is None or row.alert_id is None or row.staff_id is None:
        raise NotFound("Nobody is known by this number: sign in to confirm.")
    call.pressed = CONFIRM
    staff = session.get_one(Staff, row.staff_id)
    return answering.acknowledge(session, row.alert_id, staff, source="call", now=now)


def _call(session: Session, handset_id: int) -> Handset:
    call = session.get(Handset, handset_id, with_for_update=True)
    if call is None or call.channel != Channel.CALL:
        raise NotFound("There is no such call.")
    return call


def write_text(
    session: Session,
    study_of: StudyOf,
    number: str,
    text: str,
    *,
    now: datetime,
) -> None:
    """Send a text from a phone: it goes the way of any text that people send us.

    Raises:
        NotFound: there is no such phone.
        InvalidInput: the text is empty or too long.
    """
    if not text.strip() or len(text) > LONGEST_REPLY:
        raise InvalidInput("Write up to 300 characters.", field="text")
    known = select(Contact.id).where(
        Contact.value == number, Contact.kind == ContactKind.MOBILE
    )
    if session.scalar(known.limit(1)) is None:
        raise NotFound("There is no such phone.")
    sent = simulated_phones.reply(session, number, text.strip(), now=now)
    receive.receive(
        session,
        study_of,
        provider=LogGateway.name,
        event_key=f"handset-{sent.id}",
        sender=number,
        body=sent.body,
        now=now,
    )
