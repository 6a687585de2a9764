"""The rules that the search drives: the portal's own, or one of them changed on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.alerting import escalation
from portal.messages import states, status_order


@dataclass(frozen=True)
class Rules:
    """What decides; every field is a pure function of the rules unless changed."""

    stop_before_sending: Callable[..., Any] = states.stop_before_sending
    after_outcome: Callable[..., Any] = states.after_outcome
    after_empty_lookup: Callable[..., Any] = states.after_empty_lookup
    unresolved: Callable[..., Any] = states.unresolved
    after_status: Callable[..., Any] = states.after_status
    is_news: Callable[..., Any] = status_order.is_news
    still_counts: Callable[..., Any] = status_order.still_counts
    again_key: Callable[..., Any] = states.again_key
    climb: Callable[..., Any] = escalation.climb
    restarted: Callable[..., Any] = escalation.restarted
    may_write: Callable[[int, int], bool] = lambda fence, newest: fence == newest


PORTAL = Rules()
