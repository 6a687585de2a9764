"""Known, call planned: the button, what it asks for, and what the page says afterwards."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Staff
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import URGENT, Cast, cast, enrolled
from tests.support.desk import seated
from tests.support.web import Visitor


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def alert(runtime: Runtime, people: Cast) -> str:
    """The address of an open alert's page."""
    with runtime.writing() as session:
        person = enrolled(session, people)
        opened = answering.open_from(
            Case(session, people.study, person, runtime.now()),
            URGENT,
            entry_version_id=None,
        )
        return f"/staff/alerts/{opened.id}"


@pytest.fixture
def nurse(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    return seated(app, runtime, people.here["nurse"])


def stands(runtime: Runtime, alert: str) -> tuple[str, int | None]:
    with runtime.reading() as session:
        row = session.get_one(Alert, int(alert.rpartition("/")[2]))
        return row.state, row.acked_by


@pytest.mark.smoke
def test_a_call_is_planned_from_the_alerts_page_and_shown_there(
    nurse: Visitor, runtime: Runtime, people: Cast, alert: str
) -> None:
    fields = {"within": "30", "why": "Blood count at ten, phones after it."}
    answer = nurse.submit(alert, fields, to=f"{alert}/plan")
    assert answer.headers["Location"] == alert
    assert stands(runtime, alert) == ("acked", people.here["nurse"].id)
    page = nurse.get(alert).text
    assert "A call is planned before 09:30" in page
    assert "Blood count at ten, phones after it." in page
    assert "plans a call within 30 min" in page
    assert f"{alert}/plan" not in page, "it is planned once a round"
    assert nurse.submit(alert, fields, to=f"{alert}/plan").status_code == 409


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"within": "30", "why": " "}, "Write one sentence on why it can wait."),
        ({"within": "90", "why": "Known."}, "within an hour"),
        ({"why": "Known."}, "within an hour"),
    ],
)
def test_what_lacks_is_said_and_what_was_typed_stays(
    nurse: Visitor, runtime: Runtime, alert: str, fields: dict[str, str], said: str
) -> None:
    answer = nurse.submit(alert, fields, to=f"{alert}/plan")
    assert answer.status_code == 400
    assert said in answer.text
    assert fields["why"].strip() in answer.text
    assert stands(runtime, alert) == ("open", None)


def test_who_comes_second_is_shown_who_has_it(
    app: Flask, runtime: Runtime, people: Cast, nurse: Visitor, alert: str
) -> None:
    fields = {"within": "60", "why": "Known since noon."}
    doctor = seated(app, runtime, people.here["doctor"])
    doctor.submit(alert, fields, to=f"{alert}/plan")
    answer = nurse.submit(alert, fields, to=f"{alert}/plan")
    assert answer.headers["Location"] == f"{alert}?second=1"
    page = nurse.get(alert).text
    assert "Known since noon." in page
    assert "Doctor of here" in page


def test_it_is_offered_in_chinese_too(
    app: Flask, runtime: Runtime, people: Cast, alert: str
) -> None:
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).language = "zh"
    page = seated(app, runtime, people.here["nurse"]).get(alert).text
    assert "已知道情况，计划回电" in page
