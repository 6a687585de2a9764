"""What the engine does each cycle, by name and in order.

Each job is guarded separately: a fault in one stops no other, and the missing beat of
that cycle shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from portal import crash
from portal.alerting import ladder
from portal.alerting.tasks import tasks, unread_pages
from portal.delivery.sending import unconfirmed
from portal.diary.writing import unfinished
from portal.engine import leases
from portal.engine.leases import Held
from portal.operating import silent_watch
from portal.runtime import Runtime
from portal.study_versions import StudyOf
from portal.visits.reminders import remind
from scheduler.sending.delivery import Delivery
from scheduler.sending.lookups import Resolver
from scheduler.sending.polling import Poller
from scheduler.timekeeping import Timekeeper


@dataclass(frozen=True)
class JobContext:
    """The objects that a job uses."""

    runtime: Runtime
    delivery: Delivery
    resolver: Resolver
    poller: Poller
    held: Callable[[], Held | None]
    timekeeper: Timekeeper


@dataclass(frozen=True)
class Job:
    """One named part of a cycle; ``act`` returns how many things it did."""

    name: str
    act: Callable[[JobContext], int]


class Due(Protocol):
    """A use case that does everything due at ``now`` in the session's transaction."""

    def __call__(
        self,
        session: Session,
        study_of: StudyOf,
        *,
        now: datetime,
    ) -> int:
        """How many things were due."""
        ...


class Look(Protocol):
    """A cheap check whether a use case would find anything due at ``now``."""

    def __call__(self, session: Session, *, now: datetime) -> bool:
        """Whether it would."""
        ...


def under_fence(due: Due, look: Look | None = None) -> Callable[[JobContext], int]:
    """A job that does ``due`` in one transaction, if this engine still acts.

    ``look`` reads before anything is locked: on SQLite a writer blocks every other
    writer, and in most seconds nothing is due.
    """

    def act(bench: JobContext) -> int:
        held = bench.held()
        if held is None or not (look is None or _finds(bench.runtime, look)):
            return 0
        with bench.runtime.writing() as session:
            leases.confirm(session, held)
            studies = bench.runtime.studies(session)
            found = due(session, studies, now=bench.runtime.now())
            crash.point("job.before_commit")
        crash.point("job.after_commit")
        return found

    return act


def _finds(runtime: Runtime, look: Look) -> bool:
    with runtime.reading() as session:
        return look(session, now=runtime.now())


def confirm(bench: JobContext) -> int:
    """Page by another channel if a provider that gives receipts gave none."""
    able = bench.runtime.gateway.capabilities
    if not able.receipts:
        return 0
    due = partial(unconfirmed.page_another_way, voice=able.voice)
    return under_fence(due, unconfirmed.anything_unconfirmed)(bench)


def _miss_the_watch(bench: JobContext) -> int:
    held, real_now = bench.held(), bench.runtime.real_now()
    if held is None:
        return 0
    with bench.runtime.reading() as session:
        if not silent_watch.anything_new(session, real_now=real_now):
            return 0
    with bench.runtime.writing() as session:
        leases.confirm(session, held)
        now = bench.runtime.now()
        return silent_watch.tell_staff(session, now=now, real_now=real_now)


def by_the_calendar(act: Callable[[JobContext], int]) -> Callable[[JobContext], int]:
    """A job that waits after a leap of the clock until somebody confirms the time."""
    return lambda bench: 0 if bench.runtime.clocks.held else act(bench)


JOBS = (
    Job("clock", lambda bench: bench.timekeeper.look()),
    Job("escalate", under_fence(ladder.escalate_due, ladder.anything_to_escalate)),
    Job(
        "finish_drafts",
        under_fence(unfinished.finish_left_drafts, unfinished.anything_left),
    ),
    Job(
        "remind",
        by_the_calendar(under_fence(remind.remind_due, remind.anyone_due)),
    ),
    Job(
        "overdue_tasks",
        by_the_calendar(under_fence(tasks.page_overdue, tasks.anything_overdue)),
    ),
    Job(
        "unread_words",
        by_the_calendar(
            under_fence(unread_pages.page_overdue, unread_pages.anything_overdue)
        ),
    ),
    Job("confirm", confirm),
    Job("resolve", lambda bench: bench.resolver.resolve()),
    Job("deliver", lambda bench: bench.delivery.deliver()),
    Job("poll", lambda bench: bench.poller.poll()),
    Job("miss_the_watch", _miss_the_watch),
)
