"""What is to be done now at one site: alerts by danger, then the tasks of the day.

One reading with a fixed number of queries and plain values: the page that shows it asks
for nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.alerting.alert_order import worst_first
from portal.alerting.escalation import Position, from_data, next_position
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.people import Participant, Staff
from portal.enrolment import ward
from portal.people import shifts
from portal.people.shifts import RotaGap
from portal.protocol.calendar import study_days
from portal.protocol.study.tiers import Tier
from portal.records.staff.fired_rules import AlertRule, findings_of, titled
from portal.records.staff.tasks import TaskLine, task_lines
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import LADDER_MOVES, AlertState
from portal.vocabulary.tasks import TaskKind

LOOK_AHEAD = timedelta(days=2)  # a later gap in the rota is on its own page


@dataclass(frozen=True)
class PagedRung:
    """Whom the newest rung paged, and when. Without names nobody could be paged."""

    at: datetime
    roles: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class OpenAlert:
    """One open alert. ``next_at`` is when the ladder pages ``next_roles``.

    While somebody has it, ``next_at`` is when it comes back to everybody.
    """

    id: int
    code: str
    participant: str
    tier: str
    state: AlertState
    said: tuple[AlertRule, ...]
    opened_at: datetime
    ack_due_at: datetime
    paged: PagedRung | None
    next_at: datetime | None
    next_roles: tuple[str, ...]
    holder_id: int | None
    holder: str
    acked_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True)
class Worklist:
    """Open alerts, alerts somebody has, tasks due by tonight, later ones, rota gaps,
    the people the ward is asked about, with the tasks that ask about one of them, and
    the tasks about words that somebody must read, which are read on one page.
    """

    waiting: tuple[OpenAlert, ...]
    taken: tuple[OpenAlert, ...]
    today: tuple[TaskLine, ...]
    later: tuple[TaskLine, ...]
    gaps: tuple[RotaGap, ...]
    asked: tuple[ward.WardQuestion, ...]
    unread: tuple[TaskLine, ...]

    @property
    def unread_tier(self) -> str:
        """The highest tier among the words to be read."""
        return max((Tier(line.tier) for line in self.unread), key=_rank).value


def worklist(
    session: Session,
    study_of: StudyOf,
    site_id: int,
    *,
    paged: Iterable[str],
    zone: str,
    now: datetime,
) -> Worklist:
    """Everything open at a site: alerts by tier, then by deadline.

    ``paged`` are the duties that ladders page: an hour without one of them is a gap.
    """
    lines = alert_lines(session, study_of, Alert.site_id == site_id)
    asked = ward.asked_at(session, study_of, site_id, zone=zone, now=now)
    found = task_lines(session, study_of, site_id)
    unread = [line for line in found if line.kind == TaskKind.WORDS_TO_READ]
    tasks = [line for line in found if _is_a_line(line, asked)]
    taken = [line for line in lines if line.state == AlertState.ACKED]
    tonight, until = _end_of_day(now, zone), now + LOOK_AHEAD
    on_call = shifts.between(session, site_id, now, until)
    gaps = shifts.gaps(on_call, now, until, paged)
    return Worklist(
        waiting=tuple(line for line in lines if line.state == AlertState.OPEN),
        taken=tuple(sorted(taken, key=lambda line: line.next_at or now)),
        today=tuple(line for line in tasks if line.due_at < tonight),
        later=tuple(line for line in tasks if line.due_at >= tonight),
        gaps=tuple(gaps),
        asked=asked,
        unread=tuple(unread),
    )


def _rank(tier: Tier) -> int:
    return tier.rank


def _is_a_line(line: TaskLine, asked: Sequence[ward.WardQuestion]) -> bool:
    """Whether a task is a line of its own: not one that is asked with others."""
    together = line.kind == TaskKind.WORDS_TO_READ or ward.holds(asked, line.id)
    return not together


def _end_of_day(now: datetime, zone: str) -> datetime:
    tomorrow = study_days.local_date(now, zone) + timedelta(days=1)
    return study_days.moment_at(tomorrow, "00:00", zone)


def alert_lines(session: Session, study_of: StudyOf, *which: object) -> list[OpenAlert]:
    """The alerts not closed that ``which`` names: by tier, then by deadline."""
    query = (
        select(Alert, Participant.code, Staff.display_name)
        .join(Participant, Participant.id == Alert.participant_id)
        .outerjoin(Staff, Staff.id == Alert.acked_by)
        .where(Alert.state != AlertState.CLOSED, *which)  # type: ignore[arg-type]
        .order_by(*worst_first())
    )
    rows = session.execute(query).all()
    numbers = [alert.id for alert, *_ in rows]
    findings = findings_of(session, numbers)
    paged = _paged(session, [alert for alert, *_ in rows])
    return [
        _alert_line(
            alert,
            code,
            holder,
            titled(study_of(alert.study_version_id), findings[alert.id]),
            paged.get(alert.id),
        )
        for alert, code, holder in rows
    ]


def _alert_line(
    alert: Alert,
    code: str,
    holder: str | None,
    said: tuple[AlertRule, ...],
    paged: PagedRung | None,
) -> OpenAlert:
    plan = from_data(alert.plan)
    at = next_position(plan, Position(alert.round, alert.step, alert.paging_since))
    return OpenAlert(
        id=alert.id,
        code=alert.code,
        participant=code,
        tier=alert.tier,
        state=alert.state,
        said=said,
        opened_at=alert.opened_at,
        ack_due_at=alert.ack_due_at,
        paged=paged,
        next_at=alert.next_due_at,
        next_roles=plan.steps[at.step].roles,
        holder_id=alert.acked_by,
        holder=holder or "",
        acked_at=alert.acked_at,
        told_at=alert.told_at,
    )


def _paged(session: Session, alerts: list[Alert]) -> dict[int, PagedRung]:
    """Whom the last rung of each alert reached, from its own log."""
    by_id = {alert.id: alert for alert in alerts}
    query = select(AlertEvent).where(
        AlertEvent.alert_id.in_(list(by_id)),
        AlertEvent.kind.in_(LADDER_MOVES),
    )
    newest: dict[int, list[AlertEvent]] = defaultdict(list)
    for event in session.scalars(query.order_by(AlertEvent.id)):
        kept = newest[event.alert_id]
        if kept and kept[-1].at != event.at:
            kept.clear()
        kept.append(event)
    people = _names(session, newest.values())
    return {number: _one(by_id[number], newest[number], people) for number in newest}


def _names(session: Session, logs: Iterable[list[AlertEvent]]) -> dict[int, str]:
    wanted = {event.detail.get("person") for log in logs for event in log}
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(wanted - {None}))
    return {number: name for number, name in session.execute(query)}  # noqa: C416


def _one(alert: Alert, log: list[AlertEvent], people: dict[int, str]) -> PagedRung:
    rung = from_data(alert.plan).steps[max(0, alert.step)]
    names = [people[e.detail["person"]] for e in log if e.detail.get("person")]
    return PagedRung(log[-1].at, rung.roles, tuple(dict.fromkeys(names)))


def count_waiting(session: Session, site_id: int) -> int:
    """How many alerts at a site nobody has acknowledged."""
    is_open = {"site_id": site_id, "state": AlertState.OPEN}
    return session.scalar(select(func.count(Alert.id)).filter_by(**is_open)) or 0
