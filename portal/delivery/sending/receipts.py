"""Providers' later reports on messages: callbacks and polling use the same function."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.tables.outbox import Attempt, Message, ProviderEvent
from portal.delivery.sending.failures import apply_next
from portal.messages.gateways.outcomes import Failure, Status
from portal.messages.states import after_status
from portal.vocabulary.messages import Purpose


@dataclass(frozen=True)
class DeliveryReceipt:
    """A provider's report on one message, found by our reference or the provider's id.

    ``raw`` is the report without numbers and words; it is stored unchanged.
    """

    provider: str
    status: Status
    raw: Mapping[str, Any]
    reference: str | None = None
    provider_id: str | None = None
    failure: Failure | None = None


def apply_status(
    session: Session, receipt: DeliveryReceipt, *, voice: bool, now: datetime
) -> bool:
    """Store a receipt and update its message; False if it was known already.

    Receipts come twice, late and out of order: a lower rank never overwrites a higher
    one, and ``delivered`` is final. ``voice`` says whether the provider can call, in
    case a page must go out by another channel.
    """
    attempt = _attempt_of(session, receipt)
    if not _keep(session, receipt, attempt, now):
        return False
    if attempt is not None:
        _move(session, receipt, attempt, voice, now)
    return True


def _attempt_of(session: Session, receipt: DeliveryReceipt) -> Attempt | None:
    query = select(Attempt).where(Attempt.provider == receipt.provider)
    if receipt.reference is not None:
        by_reference = query.where(Attempt.reference == receipt.reference)
        return session.scalar(by_reference.with_for_update())
    if receipt.provider_id is None:
        return None
    by_id = query.where(Attempt.provider_id == receipt.provider_id)
    return session.scalar(by_id.order_by(Attempt.id).limit(1).with_for_update())


def _keep(
    session: Session, receipt: DeliveryReceipt, attempt: Attempt | None, now: datetime
) -> bool:
    return insert_unless_present(
        session,
        ProviderEvent,
        provider=receipt.provider,
        event_key=_key(receipt),
        attempt_id=attempt.id if attempt else None,
        status=receipt.status.value,
        raw=dict(receipt.raw),
        received_at=now,
    )


def _key(receipt: DeliveryReceipt) -> str:
    content = [
        receipt.reference,
        receipt.provider_id,
        receipt.status.value,
        dict(receipt.raw),
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _move(
    session: Session,
    receipt: DeliveryReceipt,
    attempt: Attempt,
    voice: bool,
    now: datetime,
) -> None:
    message = session.get_one(Message, attempt.message_id, with_for_update=True)
    step = after_status(receipt.status, Purpose(message.purpose), receipt.failure)
    attempt.state = step.attempt
    attempt.ended_at = attempt.ended_at or now
    attempt.provider_id = attempt.provider_id or receipt.provider_id
    message.provider_id = message.provider_id or receipt.provider_id
    apply_next(session, message, step, voice=voice, now=now)
