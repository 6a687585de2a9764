"""Texts that people send us: each is stored once, understood and answered.

STOP and START count for every number. A text of a participant or caregiver is a report,
a code from a paged colleague acknowledges, and a person reads everything else. An
unknown number gets no answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.dialect import insert_unless_present
from portal.db.tables.outbox import Inbound
from portal.db.tables.people import Participant, StudyVersion
from portal.delivery.inbound import acknowledgements, reports
from portal.delivery.inbound.arrived_texts import (
    ArrivedText,
    TextAnswer,
    answer,
    numbers_to_call,
    task_about,
    task_at_sites,
    task_of_failure,
)
from portal.engine.guarded import FinishedWork, guarded
from portal.engine.one_by_one import OF_THE_DATABASE
from portal.people import optouts, senders
from portal.people.senders import Sender
from portal.protocol.study.model import Study
from portal.protocol.words.requests import (
    ReadText,
    Request,
    kept,
    read_text,
    sender_number,
)
from portal.study_versions import StudyOf
from portal.vocabulary.messages import InboundKind, OptOutSource
from portal.vocabulary.tasks import TaskKind

LONGEST_NAME = 40  # characters kept of a sender that is not a number


@dataclass(frozen=True)
class Received:
    """How a text was understood; not ``fresh``: it came before and changed nothing.

    ``kind`` is stop, start, help, ack, report, words, wrong_number or unknown.
    """

    inbound_id: int
    kind: InboundKind
    fresh: bool


def receive(
    session: Session,
    study_of: StudyOf,
    *,
    provider: str,
    event_key: str,
    sender: str,
    body: str,
    now: datetime,
) -> Received:
    """Store a text and do what it asks for, in this transaction.

    ``event_key`` is the provider's id of the text: callback and poll both bring it, and
    the second changes nothing. ``sender`` is E.164; any other sender is unknown.
    """
    number = sender_number(sender)
    key = event_key or _own_key(sender, body, now)
    fresh = insert_unless_present(
        session,
        Inbound,
        provider=provider,
        event_key=key,
        number=number or kept(sender)[:LONGEST_NAME],
        body=kept(body),
        received_at=now,
        kind=InboundKind.UNKNOWN,
    )
    query = select(Inbound).filter_by(provider=provider, event_key=key)
    row = session.scalars(query).one()
    if fresh:
        who = senders.behind(session, number)
        _note_whose(row, who)
        _deal_with(ArrivedText(session, study_of, row, who, now))
    return Received(row.id, row.kind, fresh)


def _own_key(sender: str, body: str, now: datetime) -> str:
    """An id for a text to which the provider gave none."""
    content = "\n".join([kept(sender), kept(body), now.isoformat()])
    return hashlib.sha256(content.encode()).hexdigest()


def _note_whose(row: Inbound, who: Sender) -> None:
    """Record who sent it, if only one person can have sent it."""
    participants = [person.participant_id for person, _ in who.people]
    participants += [participant.id for participant in who.left]
    staff = [member.id for member, _ in who.staff]
    if len(participants) == 1 and not staff:
        (row.participant_id,) = participants
    elif len(staff) == 1 and not participants:
        (row.staff_id,) = staff


def _deal_with(arrived: ArrivedText) -> None:
    """Do what the text asks for; if that fails, the text stays and somebody reads it.

    Raises:
        OperationalError, InterfaceError: the database itself failed; the provider's
            inbox still has the text.
    """
    done = guarded(f"text {arrived.row.id}", partial(_settle, arrived))
    if isinstance(done, FinishedWork):
        return
    if isinstance(done.error, OF_THE_DATABASE):
        raise done.error
    arrived.row.kind = (
        InboundKind.WORDS if arrived.sender.known else InboundKind.UNKNOWN
    )
    task_of_failure(arrived)


def _settle(arrived: ArrivedText) -> None:
    session = arrived.session
    with audit.undone_with(session), session.begin_nested():
        arrived.row.kind = _dealt_with(arrived)


def _dealt_with(arrived: ArrivedText) -> InboundKind:
    """Do what the text asks for; return its kind."""
    number = arrived.sender.number
    stopped = number is not None and optouts.opted_out(arrived.session, number)
    said = read_text(arrived.row.body, stopped=stopped)
    if number is None:
        return _unknown(arrived)
    match said.asked:
        case Request.STOP | Request.WRONG_NUMBER | Request.START:
            return _kept_act(arrived, said.asked, number)
        case Request.HELP if arrived.sender.known:
            return _help(arrived)
        case _:
            return _words(arrived, said)


def _kept_act(arrived: ArrivedText, asked: Request, number: str) -> InboundKind:
    """STOP, START or "wrong number": stored for the number, whoever owns it."""
    session, now = arrived.session, arrived.now
    if asked is Request.START:
        optouts.start(session, number, source=OptOutSource.TEXT, now=now)
    else:
        source = OptOutSource.TEXT if asked is Request.STOP else OptOutSource.WRONG
        optouts.stop(session, number, source=source, now=now)
    return InboundKind(asked.value)


def _words(arrived: ArrivedText, said: ReadText) -> InboundKind:
    """The code of a paged colleague, a report, or a text that somebody must read."""
    sender = arrived.sender
    if (
        said.code is not None
        and acknowledgements.acknowledge_by_code(arrived, said.code) is not None
    ):
        return InboundKind.ACK
    if sender.people or sender.left:
        return reports.take_report(arrived)
    if sender.staff:
        acknowledgements.not_understood(arrived)
        return InboundKind.WORDS
    if sender.known:
        task_at_sites(arrived, TaskKind.STAFF_TEXT)
        return InboundKind.WORDS
    return _unknown(arrived)


def _unknown(arrived: ArrivedText) -> InboundKind:
    """A text from an unknown number: the sites read it, and it is never answered."""
    study = _newest_study(arrived)
    body = arrived.row.body
    alarming = study is not None and reports.is_alarming(study, body)
    task_at_sites(arrived, TaskKind.UNKNOWN_TEXT, at_once=alarming)
    return InboundKind.UNKNOWN


def _newest_study(arrived: ArrivedText) -> Study | None:
    newest = select(StudyVersion.id).order_by(StudyVersion.id.desc())
    version_id = arrived.session.scalar(newest.limit(1))
    return None if version_id is None else arrived.study_of(version_id)


def _help(arrived: ArrivedText) -> InboundKind:
    """A request for help: answer whom to phone, and page who is on call."""
    session, sender = arrived.session, arrived.sender
    for person, contact in sender.people:
        participant = session.get_one(Participant, person.participant_id)
        task_about(arrived, participant, TaskKind.ASKED_FOR_HELP, at_once=True)
        reply = TextAnswer(
            template="help",
            contact=contact,
            language=person.language,
            study_version_id=person.study_version_id,
            variables=numbers_to_call(session, person.site_id),
            participant_id=person.participant_id,
        )
        answer(arrived, reply)
    for participant in sender.left:
        task_about(arrived, participant, TaskKind.ASKED_FOR_HELP, at_once=True)
    if sender.staff and not sender.people:
        acknowledgements.not_understood(arrived)
    return InboundKind.HELP
