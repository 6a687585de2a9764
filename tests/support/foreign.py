"""What a participant of the other hospital owns: one of everything a path can name.

``belongings`` gives, for each name that a route's path may use, one that exists but
belongs to the other hospital; ``ABSENT`` gives one that never existed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.access import CalendarFeed, Device, Siren
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import CorrectionRequest, Draft, Entry, EntryVersion, Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, Shift, Stay
from portal.people.access.keys import token_hash
from portal.runtime import Runtime
from tests.support.cast import Cast
from tests.support.clock import START

VERSION = str(UUID(int=0xF0E16))
DRAFT = str(UUID(int=0xF0E17))
NEVER = str(UUID(int=0xABCDEF))
NO_ID = 987_654
DEMO = {"call": NO_ID}  # the demonstration is walked only to be refused
FEED = {"secret": "ended"}  # anybody who knows a valid one may read it
STUDY = {"study_version_id": NO_ID}  # a version of a study is no hospital's own
HOOK = {"reference": "0011223344556677"}  # so are the hooks, without a signature

ABSENT: dict[str, Any] = {
    "number": 1,
    "version_id": NEVER,
    "draft_id": NEVER,
    "entry_id": NO_ID,
    "alert_id": NO_ID,
    "task_id": NO_ID,
    "message_id": NO_ID,
    "device_id": NO_ID,
    "shift_id": NO_ID,
    "stay_id": NO_ID,
    "staff_id": NO_ID,
    "participant_id": NO_ID,
    "code": "DS-999",
    "visit": "D14",
    "visit_id": NO_ID,
    "request_id": NO_ID,
    "siren_id": NO_ID,
    "step_id": NO_ID,
    **DEMO,
    "secret": "never",
    **HOOK,
    **STUDY,
}


def belongings(runtime: Runtime, cast: Cast, participant_id: int) -> dict[str, Any]:
    """Ids of what belongs to a participant of ``cast.there``."""
    with runtime.writing() as session:
        participant = session.get_one(Participant, participant_id)
        entry = _entry(session, participant)
        alert = _alert(session, participant)
        task = _task(session, participant)
        message = _message(session, cast, participant)
        shift = session.scalars(
            select(Shift.id).filter_by(site_id=cast.there.site.id)
        ).first()
        _ended_feed(session, participant_id)
        visit = session.scalars(
            select(Visit.id).filter_by(participant_id=participant_id)
        ).first()
        stay = session.scalars(
            select(Stay.id).filter_by(participant_id=participant_id)
        ).first()
        return {
            **DEMO,
            **FEED,
            **HOOK,
            **STUDY,
            "number": 1,
            "version_id": VERSION,
            "draft_id": DRAFT,
            "entry_id": entry,
            "alert_id": alert,
            "task_id": task,
            "message_id": message,
            "device_id": _device(session, participant),
            "shift_id": shift,
            "stay_id": stay,
            "staff_id": cast.there["nurse"].id,
            "participant_id": participant_id,
            "code": participant.code,
            "visit": "D14",
            "visit_id": visit,
            "request_id": _request(session, entry),
            "siren_id": _siren(session, participant.site_id),
            "step_id": NO_ID,  # the machine's clock is nobody's
        }


def _entry(session: Session, participant: Participant) -> int:
    entry = Entry(
        participant_id=participant.id,
        local_date=START.date(),
        reporter="self",
        created_at=START,
    )
    session.add(entry)
    session.flush()
    session.add(
        EntryVersion(
            id=VERSION,
            entry_id=entry.id,
            participant_id=participant.id,
            study_version_id=participant.study_version_id,
            kind="complete",
            phase="W1",
            answers={},
            verdict={},
            tier="routine",
            content_hash="-",
            received_at=START,
            language="zh",
            source="app",
            reporter="self",
        )
    )
    session.add(
        Draft(
            id=DRAFT,
            participant_id=participant.id,
            reporter="self",
            language="zh",
            answers={},
            asked_again=[],
            unsent=False,
            started_at=START,
            updated_at=START,
        )
    )
    return entry.id


def _device(session: Session, participant: Participant) -> int:
    device = Device(
        participant_id=participant.id,
        secret_hash="foreign",
        created_at=START,
        last_used_at=START,
    )
    session.add(device)
    session.flush()
    return device.id


def _ended_feed(session: Session, participant_id: int) -> None:
    feed = CalendarFeed(
        participant_id=participant_id,
        secret_hash=token_hash(FEED["secret"]),
        created_at=START,
        revoked_at=START,
    )
    session.add(feed)


def _request(session: Session, entry_id: int) -> int:
    request = CorrectionRequest(
        entry_id=entry_id,
        answers={},
        reason="-",
        asked_by="participant:1",
        asked_at=START,
        state="waiting",
    )
    session.add(request)
    session.flush()
    return request.id


def _siren(session: Session, site_id: int) -> int:
    siren = Siren(
        site_id=site_id, name="-", secret_hash="-", created_at=START, armed=False
    )
    session.add(siren)
    session.flush()
    return siren.id


def _alert(session: Session, participant: Participant) -> int:
    alert = Alert(
        code="ZZ9999",
        participant_id=participant.id,
        site_id=participant.site_id,
        study_version_id=participant.study_version_id,
        tier="urgent",
        state="open",
        plan={"steps": []},
        round=0,
        step=-1,
        paging_since=START,
        opened_at=START,
        ack_minutes=15,
        ack_due_at=START + timedelta(minutes=15),
        updated_at=START,
    )
    session.add(alert)
    session.flush()
    return alert.id


def _task(session: Session, participant: Participant) -> int:
    task = Task(
        dedupe_key="foreign",
        site_id=participant.site_id,
        participant_id=participant.id,
        kind="review",
        tier="same_day",
        owner_role="nurse",
        detail={},
        created_at=START,
        due_at=START,
        state="open",
    )
    session.add(task)
    session.flush()
    return task.id


def _message(session: Session, cast: Cast, participant: Participant) -> int:
    from portal.people import contacts

    contact = contacts.current(session, "mobile", participant_id=participant.id)
    assert contact is not None
    message = Message(
        dedupe_key="foreign",
        purpose="notice",
        priority=2,
        channel="text",
        contact_id=contact.id,
        contact_version=contact.version,
        study_version_id=cast.version.id,
        template="code",
        variables={},
        language="zh",
        state="queued",
        state_reason="",
        created_at=START,
        updated_at=START,
        next_try_at=START,
        participant_id=participant.id,
    )
    session.add(message)
    session.flush()
    return message.id
