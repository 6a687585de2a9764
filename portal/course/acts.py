"""The acts of a course: diaries, dangers, texts, ladders, answers and silence.

Each act is described before it is done, so that a fault can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal import audit
from portal.alerting import ladder, offline_call_list
from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.alerting.tasks import tasks, unread_pages
from portal.course import diaries, pages
from portal.course.pages import Visitor
from portal.course.people import InventedPerson, Troupe, participant
from portal.course.stage import Stage
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Staff
from portal.delivery.inbound import receive
from portal.diary import entries
from portal.diary.entries import Submission
from portal.diary.writing import unfinished
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.demands.items import REPORTER
from portal.protocol.study.hours import named_hours
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Example
from portal.protocol.study.tiers import PAGING
from portal.visits.reminders import remind
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ActorKind, ReporterKind

Act = tuple[str, Callable[[], object]]

LATE = "23:30"
SILENT = (0, 1)
MUCH_LATER = (14,)
"""The days on which nobody writes; the last is for weekly diaries."""
CHANGING = (
    "participant.today",
    "participant.today_status",
    "staff.live",
    "staff.alert",
)
"""The pages that an alert and its answer change."""
PLANNED = ("participant.today", "participant.calendar", "staff.live", "staff.task")
"""The pages that silent days change."""
DUE = (
    ladder.escalate_due,
    unfinished.finish_left_drafts,
    remind.remind_due,
    tasks.page_overdue,
    unread_pages.page_overdue,
)


def calm_diaries(stage: Stage, troupe: Troupe) -> Iterator[Act]:
    """Everybody fills in the diary; for every second person the caregiver does it."""
    for place, who in enumerate(troupe.people):
        relative = (place // 2) % 2 == 1
        visitor = pages.person_visitor(stage, who, relative=relative)
        reporter = ReporterKind.CAREGIVER if relative else ReporterKind.SELF
        doing = f"{visitor.who} fills in the diary of {who.phase}"
        yield doing, partial(diaries.fill_in, stage.study, visitor, reporter.value)


def looks_round(
    stage: Stage, troupe: Troupe, only: Sequence[str] | None = None
) -> Iterator[Act]:
    """Everybody opens all their pages, or only those in ``only``.

    Everybody means the participants, one team member per language, and the ward's
    screen.
    """
    for who in troupe.people:
        visitor = pages.person_visitor(stage, who, relative=False)
        yield from _reads(stage, visitor, only)
    for language, staff_id in {lang: one for one, lang in troupe.staff}.items():
        codes = [who.code for who in troupe.people if who.language == language]
        visitor = pages.staff_visitor(stage, staff_id, codes[: pages.SEEN])
        yield from _reads(stage, visitor, only)
    yield from _reads(stage, pages.ward_visitor(stage, troupe.staff[0][0]), None)


def _reads(stage: Stage, visitor: Visitor, only: Sequence[str] | None) -> Iterator[Act]:
    for address in pages.addresses(stage, visitor, only):
        doing = f"{visitor.who} opens {address}"
        yield doing, partial(pages.opened, visitor, address)


def dangers(stage: Stage, troupe: Troupe) -> Iterator[Act]:
    """The file's examples are reported, so that each rule and advice appears."""
    chosen = list(enumerate(telling(stage.study)))
    for who in troupe.people:
        visitor = pages.person_visitor(stage, who, relative=False)
        for number, example in chosen:
            if who.phase == example.phase:
                key = str(UUID(int=1000 * number + who.participant_id))
                doing = f'{visitor.who} reports "{example.title}"'
                yield doing, partial(_report, stage, visitor, who, example, key)


def telling(study: Study) -> list[Example]:
    """As few examples as show each rule and each advice, in the file's order."""
    shown: set[tuple[str, str]] = set()
    chosen: list[Example] = []
    for example in study.examples:
        news = {(one, example.tier.value) for one in example.rules}
        news |= {(one, example.phase) for one in example.advice or ()}
        if news - shown:
            shown |= news
            chosen.append(example)
    return chosen


def _report(
    stage: Stage, visitor: Visitor, who: InventedPerson, example: Example, key: str
) -> None:
    actor = audit.Actor(ActorKind.PARTICIPANT, str(who.participant_id))
    answers = {name: one for name, one in example.answers.items() if name != REPORTER}
    kind, own = VersionKind.PARTIAL, ReporterKind.SELF.value
    said = Submission(key, kind, answers, own, who.language, actor)
    with stage.runtime.writing() as session:
        case = Case(session, stage.study, participant(session, who), stage.clock.at)
        entries.submit(case, said)
    pages.opened(visitor, f"/diary/sent/{key}")


def texts(stage: Stage, troupe: Troupe) -> Iterator[Act]:
    """Texts come in: for help, with a temperature, a fever, urgent words, a danger."""
    words = {one.language: one for one in stage.study.words}
    for who in troupe.people:
        known = words.get(who.language)
        looked_for = (*known.urgent[:1], *known.emergency[:1]) if known else ()
        said = ("help", "36.6", "39.5", *looked_for)
        for place, body in enumerate(said):
            doing = f'{who.code} ({who.language}) texts "{body}"'
            key = f"{who.code}-{place}"
            yield doing, partial(_arrives, stage, who.number, body, key)


def _arrives(stage: Stage, number: str, body: str, key: str) -> None:
    with stage.runtime.writing() as session:
        receive.receive(
            session,
            stage.runtime.studies(session),
            provider="course",
            event_key=key,
            sender=number,
            body=body,
            now=stage.clock.at,
        )


def climbs(stage: Stage) -> Iterator[Act]:
    """The ladders climb to their end and start again; nobody answers."""
    begun, ladders = stage.clock.at, [stage.study.policies[tier] for tier in PAGING]
    steps = {step.after_minutes for one in ladders for step in one.steps}
    again = max(steps) + max(one.repeat_minutes for one in ladders)
    for minutes in sorted({*steps, again}):
        at = begun + timedelta(minutes=minutes)
        yield f"the ladders after {minutes} minutes", partial(_works, stage, at)
    yield "the list of people called in an emergency", partial(_call_list, stage)


def _works(stage: Stage, at: datetime) -> None:
    """Do the engine's work at a given time."""
    stage.clock.at = at
    for due in DUE:
        with stage.runtime.writing() as session:
            due(session, stage.runtime.studies(session), now=at)


def _call_list(stage: Stage) -> None:
    with stage.runtime.reading() as session:
        study_of = stage.runtime.studies(session)
        offline_call_list.on_call(session, study_of, now=stage.clock.at)


def answers(stage: Stage, troupe: Troupe) -> Iterator[Act]:
    """Somebody takes every alert, the reporter looks, and then it is closed."""
    staff_id = troupe.staff[0][0]
    with stage.runtime.reading() as session:
        found = list(session.scalars(select(Alert.id)))
    for number in found:
        yield f"alert {number} is taken", partial(_take, stage, number, staff_id)
    yield from looks_round(stage, troupe, CHANGING)
    for number in found:
        yield f"alert {number} is closed", partial(_close, stage, number, staff_id)


def _take(stage: Stage, alert_id: int, staff_id: int) -> None:
    with stage.runtime.writing() as session:
        if session.get_one(Alert, alert_id).state == AlertState.CLOSED:
            return
        staff, now = session.get_one(Staff, staff_id), stage.clock.at
        answering.acknowledge(session, alert_id, staff, source="page", now=now)


def _close(stage: Stage, alert_id: int, staff_id: int) -> None:
    done = Closing("spoke", "Spoke; will come in.", adverse_event=False)
    with stage.runtime.writing() as session:
        staff = session.get_one(Staff, staff_id)
        closing.close(session, alert_id, staff, done, now=stage.clock.at)


def silent_days(stage: Stage, days: Sequence[int]) -> Iterator[Act]:
    """Days without entries: the engine works at each hour in the file, and once later."""
    zone = stage.study.site.time_zone
    first = study_days.local_date(stage.clock.at, zone) + timedelta(days=1)
    for day in days:
        for hour in (*named_hours(stage.study), LATE):
            at = study_days.moment_at(first + timedelta(days=day), hour, zone)
            yield f"{hour} of silent day {day + 1}", partial(_works, stage, at)
