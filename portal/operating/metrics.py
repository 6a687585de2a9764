"""Numbers for monitoring, in Prometheus' text format: counts and ages, never people.

A database that fails is reported as a number too, so that monitoring shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.db.dialect import literals
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Site
from portal.delivery.sending import answer_rates
from portal.engine import beats
from portal.messages.states import WAITING
from portal.operating import silent_watch
from portal.operating.health import health
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.messages import MessageState

NEVER = -1.0
UNFINISHED = (
    *WAITING,
    MessageState.IN_FLIGHT,
    MessageState.UNKNOWN,
    MessageState.HELD,
)
Values = dict[tuple[tuple[str, str], ...], float]  # by labels


@dataclass(frozen=True)
class Metric:
    """One gauge: name without ``portal_``, help, and a value per set of labels."""

    name: str
    help: str
    values: Values


def measure(session: Session, real_now: datetime, *, now: datetime) -> list[Metric]:
    """Every gauge now; without a database only which parts are well."""
    parts = health(session, real_now, now=now).parts
    well: Values = {(("part", part.name),): float(part.well) for part in parts}
    found = [Metric("part_well", "1 if a part of the portal is well.", well)]
    try:
        found += _of_alerts(session, now)
        found += _of_work(session, real_now, now)
        found += _of_sirens(session, real_now)
    except SQLAlchemyError:
        return found[:1]
    return found


def exposition(metrics: list[Metric]) -> str:
    """The text that Prometheus reads, format 0.0.4."""
    return "".join(line + "\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    name = f"portal_{metric.name}"
    yield f"# HELP {name} {metric.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in sorted(metric.values.items()):
        pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{name}{{{pairs}}} {value:g}" if pairs else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _of_alerts(session: Session, now: datetime) -> Iterator[Metric]:
    unclosed = Alert.state != AlertState.CLOSED
    due = session.scalar(select(func.min(Alert.next_due_at)).where(unclosed))
    yield Metric(
        "oldest_due_alert_seconds",
        "Seconds since the oldest due step of an alert was due; 0: none is due.",
        {(): _age(due, now)},
    )
    query = select(Alert.tier, Alert.state, func.count()).where(unclosed)
    by_tier: Values = {
        (("tier", tier), ("state", state)): float(count)
        for tier, state, count in session.execute(
            query.group_by(Alert.tier, Alert.state)
        )
    }
    yield Metric("alerts", "Alerts that are not closed.", by_tier)


def _of_work(session: Session, real_now: datetime, now: datetime) -> Iterator[Metric]:
    last = beats.last_acting(session)
    yield Metric(
        "last_cycle_age_seconds",
        "Seconds since an acting engine completed a cycle; -1: never.",
        {(): NEVER if last is None else _age(last, real_now)},
    )
    watched = silent_watch.last_seen(session)
    yield Metric(
        "watch_age_seconds",
        "Seconds since a watch on another machine asked; -1: not within a day.",
        {(): NEVER if watched is None else _age(watched, real_now)},
    )
    yield from _of_queue(session, now)
    yield from _of_providers(session, real_now)


def _of_queue(session: Session, now: datetime) -> Iterator[Metric]:
    query = (
        select(Message.purpose, Message.state, func.count())
        .where(Message.state.in_(literals(UNFINISHED)))
        .group_by(Message.purpose, Message.state)
    )
    counts: Values = {
        (("purpose", purpose), ("state", state)): float(count)
        for purpose, state, count in session.execute(query)
    }
    yield Metric("messages", "Messages that are not finished.", counts)
    waiting = Message.state.in_(literals(WAITING))
    oldest = select(Message.purpose, func.min(Message.next_try_at)).where(waiting)
    ages: Values = {
        (("purpose", purpose),): _age(since, now)
        for purpose, since in session.execute(oldest.group_by(Message.purpose))
    }
    yield Metric("oldest_waiting_seconds", "How late the oldest message is.", ages)


def _of_providers(session: Session, real_now: datetime) -> Iterator[Metric]:
    tried = answer_rates.recent(session, real_now)
    counts: Values = {
        (("provider", one), ("state", state)): float(count)
        for (one, state), count in Counter((t.provider, t.state) for t in tried).items()
    }
    yield Metric("recent_attempts", "Attempts to send in the last 15 minutes.", counts)
    # The newest of each provider comes last and is kept.
    latest = {one.provider: one for one in reversed(tried) if one.ended}
    answered: Values = {
        (("provider", who),): float(one.answered) for who, one in latest.items()
    }
    yield Metric(
        "provider_well",
        "Whether a provider answered the last attempt in 15 minutes.",
        answered,
    )


def _of_sirens(session: Session, real_now: datetime) -> Iterator[Metric]:
    """Only for sites with a screen, because they rely on its ringing."""
    live: Values = {}
    heard: Values = {}
    for site in session.scalars(select(Site).order_by(Site.id)):
        screens = sirens.listed(session, site.id, real_now=real_now)
        ever = [one.heard_at for one in screens if one.heard_at is not None]
        if any(one.opened for one in screens):
            label = (("site", site.code),)
            live[label] = float(sum(one.live for one in screens))
            heard[label] = _age(max(ever), real_now) if ever else NEVER
    yield Metric("sirens_live", "Screens of a site that would ring now.", live)
    said = "Seconds since a site's screen reported; -1: never."
    yield Metric("siren_heard_age_seconds", said, heard)


def _age(since: datetime | None, now: datetime) -> float:
    late = now - since if since is not None else timedelta(0)
    return max(late, timedelta(0)).total_seconds()
