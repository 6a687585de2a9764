"""Whether a report on a message is news: less knowledge never overwrites more.

Answers, look-ups, callbacks and polling come in any order, late, and more than once.
"""

from __future__ import annotations

from portal.messages.gateways.outcomes import Accepted, Outcome
from portal.messages.states import OPEN_ATTEMPTS
from portal.vocabulary.messages import AttemptState, MessageState


def rank(state: MessageState) -> int:
    """How much is known in a state; a provider's report can only raise it."""
    known = (MessageState.ACCEPTED, MessageState.UNDELIVERED, MessageState.DELIVERED)
    return known.index(state) + 1 if state in known else 0


def is_news(before: MessageState, after: MessageState) -> bool:
    """Whether a message may change its state: only to one in which more is known."""
    return rank(before) == 0 or rank(after) > rank(before)


def still_counts(attempt: AttemptState, outcome: Outcome) -> bool:
    """Whether an answer is stored: after the deadline only if it says more."""
    return attempt in OPEN_ATTEMPTS or isinstance(outcome, Accepted)
