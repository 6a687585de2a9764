"""Whether a word on a message is news: what knows less never overwrites what knows more.

Answers, look-ups, callbacks and questions come in any order, late, and more than once.
"""

from __future__ import annotations

from portal.messages.gateways.outcomes import Accepted, Outcome
from portal.messages.states import OPEN_ATTEMPTS
from portal.vocabulary.messages import AttemptState, MessageState


def rank(state: MessageState) -> int:
    """How much a state knows: a provider's word only ever raises it."""
    known = (MessageState.ACCEPTED, MessageState.UNDELIVERED, MessageState.DELIVERED)
    return known.index(state) + 1 if state in known else 0


def is_news(before: MessageState, after: MessageState) -> bool:
    """Whether a message may move: what knows less never overwrites what knows more."""
    return rank(before) == 0 or rank(after) > rank(before)


def still_counts(attempt: AttemptState, outcome: Outcome) -> bool:
    """Whether an answer is written: after its deadline only one that knows more."""
    return attempt in OPEN_ATTEMPTS or isinstance(outcome, Accepted)
