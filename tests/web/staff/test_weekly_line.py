"""The weekly line as the team sees it: what stays, and on which days it was said."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

SORE = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "joint": 2}


def report(runtime: Runtime, people: Cast, who: int) -> None:
    said = Submission(
        str(uuid4()), "complete", SORE, "self", "en", Actor("participant", str(who))
    )
    with runtime.writing() as session:
        person = session.get_one(Participant, who)
        entries.submit(Case(session, people.study, person, runtime.now()), said)


def test_the_page_of_a_weekly_line_names_what_stays_and_the_days(
    app: Flask, runtime: Runtime, clock: Clock
) -> None:
    people = cast(runtime)
    with runtime.writing() as session:
        who = enrolled(session, people).id
    for _ in range(3):
        report(runtime, people, who)
        clock.advance(days=1)
    with runtime.reading() as session:
        line = session.scalars(select(Task).filter_by(kind="same_again")).one()
        review = session.scalars(select(Task).filter_by(kind="review")).one()
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    page = nurse.get(f"/staff/tasks/{line.id}").text
    assert "The same as before: look once this week" in page
    assert "LICATS, flare or infection?" in page
    told = page.split("Said again on ")[1].split("</p>")[0]
    assert "13 March" in told
    assert "14 March" in told
    assert "12 March" not in told
    assert "Said again on" not in nurse.get(f"/staff/tasks/{review.id}").text
    later = nurse.get("/staff").text.split("Later")[1]
    assert "The same as before: look once this week" in later
