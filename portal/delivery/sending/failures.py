"""What follows when a message failed: another channel, or a task for staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.alerting.pages import TEMPLATES
from portal.alerting.tasks import about_messages
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from portal.delivery.sending import second_tries
from portal.messages.gateways.outcomes import ProviderTrouble
from portal.messages.outbox import NewMessage, enqueue, scrubbed
from portal.messages.states import NextState, again_key, code_is_spent, other_channel
from portal.messages.status_order import is_news
from portal.people import optouts, unreachable
from portal.vocabulary.messages import Channel, MessageState, OptOutSource, Purpose
from portal.vocabulary.tasks import TaskKind


def apply_next(
    session: Session, message: Message, step: NextState, *, voice: bool, now: datetime
) -> None:
    """Give a message the state in ``step``, and do what else ``step`` asks for.

    A state that knows less never overwrites one that knows more. Each further action
    happens once per message, however often this is called.
    """
    state = MessageState(message.state)
    if not is_news(state, step.message):
        return
    if (state, step.message) == (MessageState.UNDELIVERED, MessageState.DELIVERED):
        second_tries.withdraw(session, message, now=now)
    message.state, message.state_reason = step.message, step.reason
    message.updated_at = now
    if step.message in (MessageState.RETRY_WAIT, MessageState.QUEUED):
        message.next_try_at = now + timedelta(seconds=step.wait_seconds)
    if code_is_spent(Purpose(message.purpose), step.message):
        message.variables = scrubbed(message)
    _pay(session, message, step, voice, now)


def _pay(
    session: Session, message: Message, step: NextState, voice: bool, now: datetime
) -> None:
    if step.another_channel:
        page_again(session, message, voice=voice, now=now)
    too_late = step.once_more_later and not second_tries.queue(
        session, message, now=now
    )
    if step.tell_staff or too_late:
        about_messages.tell_staff(
            session, message, TaskKind.UNCONFIRMED, f"M:{message.id}", now
        )
    if step.contact_broken:
        contact = session.get_one(Contact, message.contact_id)
        contact.broken_at = contact.broken_at or now
        about_messages.tell_staff(
            session, message, TaskKind.BROKEN_CONTACT, f"B:{contact.id}", now
        )
        if contact.staff_id is not None:
            unreachable.look_again(session, contact.staff_id, now=now)
    if step.trouble is ProviderTrouble.OPTED_OUT:
        _keep_stop(session, message, now)
    elif step.trouble is not None:
        about_messages.tell_staff(
            session, message, *_trouble(step.trouble, message, now), now
        )


def _keep_stop(session: Session, message: Message, now: datetime) -> None:
    """The provider knows a STOP that never reached us: store it and tell staff."""
    contact = session.get_one(Contact, message.contact_id)
    if contact.value is not None:
        optouts.stop(session, contact.value, source=OptOutSource.PROVIDER, now=now)


def _trouble(
    trouble: ProviderTrouble, message: Message, now: datetime
) -> tuple[TaskKind, str]:
    """The kind and the key of the task: once per contact, or once a day for all."""
    if trouble is ProviderTrouble.PROVIDER:
        return TaskKind.PROVIDER_REFUSES, f"P:{message.channel}:{now:%Y-%m-%d}"
    return TaskKind(trouble.value), f"{trouble.value}:{message.contact_id}"


def page_again(
    session: Session, message: Message, *, voice: bool, now: datetime
) -> bool:
    """Send a page by another channel; at most once per step and person.

    Nothing follows a failed e-mail: a text and a call were tried besides it, or their
    cap was reached.
    """
    key = again_key(message.dedupe_key)
    if key is None or message.channel == Channel.EMAIL:
        return False
    channel = other_channel(message.channel, voice)
    letter = NewMessage(
        dedupe_key=key,
        purpose=message.purpose,
        channel=channel,
        contact=session.get_one(Contact, message.contact_id),
        study_version_id=message.study_version_id,
        template=TEMPLATES[channel],
        language=message.language,
        variables=message.variables,
        not_after=message.not_after,
        participant_id=message.participant_id,
        staff_id=message.staff_id,
        alert_id=message.alert_id,
        alert_round=message.alert_round,
        alert_step=message.alert_step,
    )
    return enqueue(session, letter, now=now)
