"""How providers answered the most recent attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.outbox import Attempt
from portal.vocabulary.messages import AttemptState

RECENT = timedelta(minutes=15)
LOOKED_AT = 200  # attempts, the newest ones
IN_A_ROW = 3  # attempts without an answer, and a provider counts as failing
ACCOUNT = "the account is refused"  # how a gateway's reason begins
TAKEN = (AttemptState.ACCEPTED, AttemptState.REJECTED)  # the provider answered


@dataclass(frozen=True)
class RecentAttempt:
    """One attempt: its provider, its state and the reason given."""

    provider: str
    state: str
    detail: str

    @property
    def ended(self) -> bool:
        """Whether it has ended or is overdue."""
        return self.state != AttemptState.IN_FLIGHT

    @property
    def answered(self) -> bool:
        """Whether the provider accepted or refused the message."""
        return self.state in TAKEN


def recent(session: Session, real_now: datetime) -> list[RecentAttempt]:
    """The attempts of the last 15 minutes, newest first."""
    newest = select(Attempt.provider, Attempt.state, Attempt.detail, Attempt.started_at)
    rows = session.execute(newest.order_by(Attempt.id.desc()).limit(LOOKED_AT))
    return [
        RecentAttempt(provider, state, detail or "")
        for provider, state, detail, at in rows
        if at > real_now - RECENT
    ]


def failing(tried: Sequence[RecentAttempt]) -> dict[str, str]:
    """The failing providers, and what is wrong with each.

    A provider fails if it refuses our account, or left three attempts in a row
    unanswered.
    """
    found = {}
    for provider in dict.fromkeys(one.provider for one in tried):
        own = [one for one in tried if one.provider == provider and one.ended]
        if own and own[0].detail.startswith(ACCOUNT):
            found[provider] = "refuses our account"
        elif len(own) >= IN_A_ROW and not any(o.answered for o in own[:IN_A_ROW]):
            found[provider] = "does not answer"
    return found
