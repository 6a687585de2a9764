"""The rules that the search drives: the portal's own, or one of them changed on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.core import escalation, news, sending


@dataclass(frozen=True)
class Rules:
    """What decides; every field is a pure function of the rules unless changed."""

    stop_before_sending: Callable[..., Any] = sending.stop_before_sending
    after_outcome: Callable[..., Any] = sending.after_outcome
    after_empty_lookup: Callable[..., Any] = sending.after_empty_lookup
    unresolved: Callable[..., Any] = sending.unresolved
    after_status: Callable[..., Any] = sending.after_status
    is_news: Callable[..., Any] = news.is_news
    still_counts: Callable[..., Any] = news.still_counts
    again_key: Callable[..., Any] = sending.again_key
    climb: Callable[..., Any] = escalation.climb
    restarted: Callable[..., Any] = escalation.restarted
    may_write: Callable[[int, int], bool] = lambda fence, newest: fence == newest


PORTAL = Rules()
