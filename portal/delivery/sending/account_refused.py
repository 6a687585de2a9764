"""A provider refuses our account: the administrators are told by another provider.

They are told once when it begins and once when it ends: by e-mail if the provider of
texts and calls refuses, by text if the e-mail relay refuses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.dialect import insert_unless_present
from portal.db.tables.engine import ProviderAccount
from portal.db.tables.outbox import Attempt, Message
from portal.db.tables.people import Contact, Staff
from portal.messages.gateways.outcomes import ProviderTrouble
from portal.messages.operator_texts import REFUSES, WELL
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.states import NextState
from portal.people import contacts
from portal.protocol.study.text import SmsTemplate
from portal.vocabulary.messages import AttemptState, Channel, Purpose

OF_USE = timedelta(hours=24)
ANSWERED = (AttemptState.ACCEPTED, AttemptState.REJECTED)


def heed(
    session: Session,
    attempt: Attempt,
    message: Message,
    step: NextState,
    *,
    now: datetime,
) -> None:
    """Tell the administrators if ``step`` begins or ends a refusal."""
    provider = attempt.provider
    if step.trouble is ProviderTrouble.PROVIDER:
        insert_unless_present(session, ProviderAccount, provider=provider, refusals=0)
        account = _locked(session, provider)
        if account.refused_since is None:
            account.refused_since, account.refusals = now, account.refusals + 1
            _tell(session, account, message, REFUSES, now)
    elif step.attempt in ANSWERED and _is_refused(session, provider):
        account = _locked(session, provider)
        if account.refused_since is not None:
            account.refused_since = None
            _tell(session, account, message, WELL, now)


def _is_refused(session: Session, provider: str) -> bool:
    query = select(ProviderAccount.refused_since).filter_by(provider=provider)
    return session.scalar(query) is not None


def _locked(session: Session, provider: str) -> ProviderAccount:
    return session.get_one(ProviderAccount, provider, with_for_update=True)


def _tell(
    session: Session,
    account: ProviderAccount,
    message: Message,
    template: SmsTemplate,
    now: datetime,
) -> None:
    for admin in session.scalars(select(Staff).filter_by(role="admin", active=True)):
        contact, channel = _second_way(session, message.channel, admin)
        if contact is None:
            continue
        letter = NewMessage(
            dedupe_key=f"P:{account.provider}:{account.refusals}:{template.id}:{admin.id}",
            purpose=Purpose.NOTICE,
            channel=channel,
            contact=contact,
            study_version_id=message.study_version_id,
            template=template.id,
            language=admin.language,
            variables={"provider": account.provider},
            not_after=now + OF_USE,
            staff_id=admin.id,
        )
        enqueue(session, letter, now=now)


def _second_way(
    session: Session, channel: Channel, admin: Staff
) -> tuple[Contact | None, Channel]:
    if channel == Channel.EMAIL:
        return contacts.mobile(session, staff_id=admin.id), Channel.TEXT
    return contacts.email(session, staff_id=admin.id), Channel.EMAIL
