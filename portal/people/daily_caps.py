"""How often one person may be paged, and one number texted, in 24 hours.

Providers block a number that gets too many messages, and then nothing arrives. The
study sets the limits (``[paging]``); a part of them is reserved for emergencies. When a
limit is reached, a ladder continues by channels without a cap, and a reminder is not
sent but becomes a task for staff.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db.dialect import literals
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.messages.states import WAITING
from portal.protocol.study.tiers import Paging, Tier
from portal.vocabulary.messages import Channel, MessageState

DAY = timedelta(hours=24)
RESERVE_PERCENT = 20  # of the cap, for emergencies only
NUMBER_FULL = "the number had as many texts today as the provider lets through"
NEVER_LEFT = (MessageState.CANCELLED, MessageState.EXPIRED)


@dataclass(frozen=True)
class Allowed:
    """The channels of a page that may still be used, and those at their cap."""

    open: tuple[Channel, ...]
    capped: tuple[Channel, ...]


def most(paging: Paging, channel: Channel, tier: Tier) -> int | None:
    """How many messages of a channel a tier may use in 24 hours; None: no cap."""
    caps = {
        Channel.TEXT: paging.texts_per_person_day,
        Channel.CALL: paging.calls_per_person_day,
    }
    cap = caps.get(channel)
    if cap is None or tier is Tier.EMERGENCY:
        return cap
    return max(min(cap, 1), cap * (100 - RESERVE_PERCENT) // 100)


def allowed(
    session: Session,
    paging: Paging,
    contact: Contact,
    channels: Iterable[Channel],
    tier: Tier,
    *,
    now: datetime,
) -> Allowed:
    """Which of ``channels`` may page this contact at ``now``.

    All pages to it count, about alerts and tasks, except those that were cancelled.
    """
    used = _used(session, contact, now)
    caps = {channel: most(paging, channel, tier) for channel in channels}
    full = [
        channel
        for channel, cap in caps.items()
        if cap is not None and used.get(channel, 0) >= cap
    ]
    return Allowed(tuple(c for c in caps if c not in full), tuple(full))


def _used(session: Session, contact: Contact, now: datetime) -> dict[Channel, int]:
    query = (
        select(Message.channel, func.count())
        .where(
            Message.contact_id == contact.id,
            Message.created_at > now - DAY,
            Message.state.not_in(NEVER_LEFT),
        )
        .group_by(Message.channel)
    )
    return {channel: number for channel, number in session.execute(query)}  # noqa: C416


def number_is_full(
    session: Session, paging: Paging, contact: Contact, *, now: datetime
) -> bool:
    """Whether a number has had its maximum of ordinary texts in 24 hours.

    Texts to everybody who shares the number count, because the provider counts numbers.
    Waiting messages do not count, and a part of the cap is reserved for emergencies.
    """
    cap = most(paging, Channel.TEXT, Tier.ROUTINE)
    query = (
        select(func.count())
        .select_from(Message)
        .join(Contact, Contact.id == Message.contact_id)
        .where(
            Contact.value == contact.value,
            Message.channel == Channel.TEXT,
            Message.created_at > now - DAY,
            Message.state.not_in(literals((*NEVER_LEFT, *WAITING, MessageState.HELD))),
        )
    )
    return cap is not None and (session.scalar(query) or 0) >= cap
