"""The team's pages as a browser meets them: who may, what changes, what is kept."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Actor
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.people import Caregiver, Participant, Shift, Stay
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import Cast, House, cast, enrolled
from tests.support.clock import Clock
from tests.support.desk import seated
from tests.support.web import Visitor, used_application

CLOSING = {
    "outcome": "spoke",
    "reason": "Spoke with her; comes in at noon.",
    "adverse_event": "yes",
    "term": "Fever",
    "grade": "2",
}
ENROLMENT = {
    "act": "save",
    "code": "ds-021",
    "number": "138 0013 8021",
    "d0": "2026-03-10",
    "discharged_on": "",
    "language": "zh",
    "time_zone": "Asia/Shanghai",
    "consent_version": "2.0",
    "consented_at": "2026-03-09T08:30",
    "name": "李四",
    "asked": "number=138 0013 8021",  # the number was read back
}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def app(runtime: Runtime, people: Cast) -> Flask:
    return used_application(runtime)


class Followed:
    """A participant at each site with an alert, a task and a caregiver's word."""

    def __init__(self, runtime: Runtime, people: Cast) -> None:
        self.runtime, self.people = runtime, people
        self.alert, self.task = self._report("DS-007", people.here)
        self.foreign_alert, self.foreign_task = self._report("NO-007", people.there)

    def _report(self, code: str, house: House) -> tuple[int, int]:
        hot = {"emerg": [], "temp": {"value": "38.4", "unit": "C"}, "preg": "possible"}
        with self.runtime.writing() as session:
            person = enrolled(session, self.people, code, house=house)
            actor = Actor("participant", str(person.id))
            note = {**hot, "note": "<b>昨晚</b> {{ 7 * 7 }}"}
            entry = Submission(str(uuid4()), "complete", note, "self", "zh", actor)
            receipt = entries.submit(
                Case(session, self.people.study, person, self.runtime.now()), entry
            )
            query = select(Task.id).where(Task.participant_id == person.id)
            task = session.scalars(query).first()
            assert receipt.alert_id is not None
            assert task is not None
            return receipt.alert_id, task

    def state(self) -> str:
        with self.runtime.reading() as session:
            return session.get_one(Alert, self.alert).state


@pytest.fixture
def case(runtime: Runtime, people: Cast) -> Followed:
    return Followed(runtime, people)


def desk(app: Flask, runtime: Runtime, people: Cast, duty: str = "nurse") -> Visitor:
    return seated(app, runtime, people.here[duty])


def count(runtime: Runtime, table: Any) -> int:
    with runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def typed_temperature(runtime: Runtime, people: Cast, *typed: str) -> int:
    """An alert about the temperatures that somebody typed, one version after another."""
    alert = None
    with runtime.writing() as session:
        person = enrolled(session, people, "DS-009", number="13800138009")
        actor, entry = Actor("participant", str(person.id)), None
        for value in typed:
            said = {"emerg": [], "temp": {"value": value, "unit": "C"}}
            made = Submission(
                str(uuid4()), "partial", said, "self", "zh", actor, entry_id=entry
            )
            receipt = entries.submit(
                Case(session, people.study, person, runtime.now()), made
            )
            alert, entry = receipt.alert_id, receipt.entry_id
    assert alert is not None
    return alert


def test_an_alert_shows_what_was_typed_for_a_temperature_nobody_can_read(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    alert = typed_temperature(runtime, people, "384")
    page = desk(app, runtime, people).get(f"/staff/alerts/{alert}").text
    found = page.split('<ul class="findings">')[1].split("</ul>")[0]
    assert "they typed: 384℃ (cannot be read)" in found


def test_an_alert_shows_the_newest_typed_as_text_and_never_as_markup(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    alert = typed_temperature(runtime, people, "abc", "<b>3</b>")
    page = desk(app, runtime, people).get(f"/staff/alerts/{alert}").text
    found = page.split('<ul class="findings">')[1].split("</ul>")[0]
    assert "they typed: &lt;b&gt;3&lt;/b&gt; (cannot be read)" in found
    assert "abc" not in found


@pytest.mark.smoke
def test_the_worklist_shows_the_alert_its_deadline_and_one_act(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    page = desk(app, runtime, people).get("/staff").text
    assert "DS-007" in page
    assert "NO-007" not in page
    assert "Acknowledge by 09:15" in page
    assert "Paged Nurse of here at 09:00." in page
    assert "Next at 09:15: doctor on call." in page
    assert page.count("I have this") == 1
    assert 'data-live="/staff/live"' in page


def test_a_passed_deadline_says_what_the_ladder_is_doing(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    from portal.alerting import ladder

    clock.advance(minutes=16)
    with runtime.writing() as session:
        ladder.escalate_due(session, people.study_of, now=clock())
    page = desk(app, runtime, people).get("/staff").text
    assert "Should have been acknowledged by 09:15, 1 min ago" in page
    assert "Paged Doctor of here at 09:16." in page
    assert "Next at 09:30: investigator." in page


def test_a_chinese_deadline_says_what_is_left_and_then_what_is_overdue(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    visitor = desk(app, runtime, people)
    visitor.submit("/language", {"language": "zh"})
    clock.advance(minutes=11)
    assert "请在09:15前接手，还剩4分钟" in visitor.get("/staff").text
    clock.advance(minutes=7)
    assert "应在09:15前接手，已超时3分钟" in visitor.get("/staff").text


def test_the_fragment_is_sent_again_only_when_something_changed(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    nurse = desk(app, runtime, people)
    first = nurse.get("/staff/live")
    assert first.status_code == 200
    assert "<html" not in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    assert nurse.get("/staff/live", headers=tag).status_code == 304
    clock.advance(minutes=1)
    assert nurse.get("/staff/live", headers=tag).status_code == 200


def test_the_fragments_form_is_taken_as_one_of_ours(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    answer = nurse.submit("/staff/live", to=f"/staff/alerts/{case.alert}/ack")
    assert (answer.status_code, case.state()) == (303, "acked")


@pytest.mark.smoke
def test_one_tap_acknowledges_and_leads_to_the_alert(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    answer = nurse.submit("/staff", to=f"/staff/alerts/{case.alert}/ack")
    assert answer.status_code == 303
    assert answer.location == f"/staff/alerts/{case.alert}"
    page = nurse.get(answer.location).text
    assert "You took this at 09:00." in page
    assert "took it on its page" in page


def test_opening_an_alert_acknowledges_nothing(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    for path in (f"/staff/alerts/{case.alert}", "/staff", "/staff/participants/DS-007"):
        assert nurse.get(path).status_code == 200
    assert case.state() == "open"


def test_who_comes_second_sees_who_has_it_and_may_take_it_over(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse, doctor = (desk(app, runtime, people, who) for who in ("nurse", "doctor"))
    act = f"/staff/alerts/{case.alert}/ack"
    token = doctor.token("/staff")
    nurse.submit("/staff", to=act)
    second = doctor.post(act, data={"csrf_token": token})
    assert second.status_code == 303
    page = doctor.get(second.location).text
    assert "Somebody was a little faster." in page
    assert "Nurse of here took this at 09:00." in page
    assert "Take over from Nurse of here" in page
    assert "What came of it?" not in page
    doctor.submit(second.location, to=f"/staff/alerts/{case.alert}/take")
    assert "What came of it?" in doctor.get(second.location).text
    with runtime.reading() as session:
        alert = session.get_one(Alert, case.alert)
        assert alert.acked_by == people.here["doctor"].id


def test_closing_keeps_the_outcome_and_the_adverse_event(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    place = f"/staff/alerts/{case.alert}"
    nurse.submit("/staff", to=f"{place}/ack")
    answer = nurse.submit(place, CLOSING, to=f"{place}/close")
    assert (answer.status_code, answer.location) == (303, "/staff")
    with runtime.reading() as session:
        alert = session.get_one(Alert, case.alert)
        assert (alert.state, alert.outcome) == ("closed", "spoke")
        assert alert.adverse_event == {"is": True, "term": "Fever", "grade": 2}
    page = nurse.get(place).text
    assert "Nurse of here closed this at 09:00." in page
    assert "Adverse event: Fever, grade 2" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"outcome": ""}, "Choose what came of it."),
        ({"adverse_event": ""}, "Say whether it was an adverse event."),
        ({"term": ""}, "Name the adverse event."),
        ({"grade": ""}, "Give the grade, 1 to 5."),
        ({"grade": "9"}, "Give the grade, 1 to 5."),
        ({"grade": "²"}, "This is not a number."),
    ],
)
def test_a_closing_that_lacks_something_keeps_what_was_typed(
    app: Flask,
    runtime: Runtime,
    people: Cast,
    case: Followed,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    nurse = desk(app, runtime, people)
    place = f"/staff/alerts/{case.alert}"
    nurse.submit("/staff", to=f"{place}/ack")
    answer = nurse.submit(place, {**CLOSING, **wrong}, to=f"{place}/close")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert CLOSING["reason"] in answer.text
    assert case.state() == "acked"


def test_an_empty_closing_names_every_field_at_once(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    place = f"/staff/alerts/{case.alert}"
    nurse.submit("/staff", to=f"{place}/ack")
    empty = {"adverse_event": "yes", "grade": "²"}
    answer = nurse.submit(place, empty, to=f"{place}/close")
    named = set(
        re.findall(r'href="#(\w+)">', answer.text.split("</ul>")[0].split("<ul>")[1])
    )
    assert named == {"outcome", "reason", "term", "grade"}


def test_closing_needs_having_it(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse, doctor = (desk(app, runtime, people, who) for who in ("nurse", "doctor"))
    place = f"/staff/alerts/{case.alert}"
    nurse.submit("/staff", to=f"{place}/ack")
    answer = doctor.submit(place, CLOSING, to=f"{place}/close")
    assert answer.status_code == 409
    assert "Nurse of here took this" in answer.text
    assert case.state() == "acked"


def test_a_record_shows_answers_rules_messages_and_their_why(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    page = desk(app, runtime, people).get("/staff/participants/ds-007").text
    for words in (
        "38.4℃",
        "Fever (38.0 °C or more)",
        "T10",
        "highest temperature, ℃",
        "It waits to be sent.",
        "It was never handed to a provider.",
        "Nurse of here was paged (step 1)",
        "version 2.0",
    ):
        assert words in page, words


def test_free_text_stays_text(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    page = desk(app, runtime, people).get("/staff/participants/DS-007").text
    assert "&lt;b&gt;昨晚&lt;/b&gt; {{ 7 * 7 }}" in page
    assert "<b>昨晚" not in page


def test_looking_at_a_person_or_an_alert_is_written_down(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    monitor = desk(app, runtime, people, "monitor")
    monitor.get("/staff/participants/DS-007")
    monitor.get(f"/staff/alerts/{case.alert}")
    monitor.get("/staff/participants/NO-007")
    with runtime.reading() as session:
        query = select(Audit.act, Audit.actor_id).where(Audit.act.like("%.viewed"))
        seen = [tuple(row) for row in session.execute(query.order_by(Audit.id))]
    me = str(people.here["monitor"].id)
    assert seen == [("participant.viewed", me), ("alert.viewed", me)]


def test_a_monitor_reads_coded_data_and_no_name_or_number(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    coordinator.submit("/staff/enrol", ENROLMENT)
    monitor = desk(app, runtime, people, "monitor")
    paths = (
        "/staff",
        "/staff/participants",
        "/staff/participants/DS-021",
        "/staff/participants/DS-007",
        f"/staff/alerts/{case.alert}",
        f"/staff/tasks/{case.task}",
    )
    for path in paths:
        page = monitor.get(path)
        assert page.status_code == 200, path
        assert "李四" not in page.text
        assert "1380013" not in page.text
        assert "I have this" not in page.text
    assert "李四" in coordinator.get("/staff/participants/DS-021").text


MONITOR_POSTS = (
    "/staff/alerts/{alert}/ack",
    "/staff/alerts/{alert}/take",
    "/staff/alerts/{alert}/close",
    "/staff/tasks/{task}/done",
    "/staff/enrol",
    "/staff/participants/DS-007/stay",
    "/staff/participants/DS-007/caregiver",
    "/staff/rota",
    "/staff/rota/1/end",
)


@pytest.mark.parametrize("path", MONITOR_POSTS)
def test_a_monitor_changes_nothing(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, path: str
) -> None:
    monitor = desk(app, runtime, people, "monitor")
    act = path.format(alert=case.alert, task=case.task)
    answer = monitor.submit("/staff", CLOSING, to=act)
    assert answer.status_code == 403
    assert case.state() == "open"


@pytest.mark.parametrize(
    ("duty", "path", "status"),
    [
        ("nurse", "/staff/enrol", 403),
        ("monitor", "/staff/enrol", 403),
        ("monitor", "/staff/participants/DS-007/caregiver", 403),
        ("admin", "/staff/participants", 403),
        ("admin", "/staff/participants/DS-007", 403),
        ("admin", "/staff/live", 403),
        ("admin", "/staff/rota", 200),
        ("coordinator", "/staff/enrol", 200),
        ("investigator", "/staff/enrol", 200),
    ],
)
def test_a_page_is_open_to_the_roles_it_is_for(
    app: Flask,
    runtime: Runtime,
    people: Cast,
    case: Followed,
    duty: str,
    path: str,
    status: int,
) -> None:
    assert desk(app, runtime, people, duty).get(path).status_code == status


def test_an_administrator_starts_at_the_rota(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    answer = desk(app, runtime, people, "admin").get("/staff")
    assert (answer.status_code, answer.location) == (303, "/staff/rota")


def test_another_sites_things_do_not_exist(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    token = nurse.token("/staff")
    pairs = (
        (f"/staff/alerts/{case.foreign_alert}", "/staff/alerts/99999"),
        (f"/staff/tasks/{case.foreign_task}", "/staff/tasks/99999"),
        ("/staff/participants/NO-007", "/staff/participants/NO-999"),
        (
            "/staff/participants/NO-007/caregiver",
            "/staff/participants/NO-999/caregiver",
        ),
    )
    for foreign, absent in pairs:
        one, other = nurse.get(foreign), nurse.get(absent)
        assert one.status_code == other.status_code == 404
        assert hidden(one.text) == hidden(other.text)
    posts = (
        f"/staff/alerts/{case.foreign_alert}/ack",
        f"/staff/alerts/{case.foreign_alert}/take",
        f"/staff/alerts/{case.foreign_alert}/close",
        f"/staff/tasks/{case.foreign_task}/done",
        "/staff/participants/NO-007/stay",
        "/staff/participants/NO-007/caregiver",
    )
    filled = {**CLOSING, **ENROLMENT, "on": "2026-03-12", "act": "admit"}
    data = {**filled, "csrf_token": token}
    for path in posts:
        assert nurse.post(path, data=data).status_code == 404, path
    with runtime.reading() as session:
        assert session.get_one(Alert, case.foreign_alert).state == "open"
        assert session.get_one(Task, case.foreign_task).state == "open"
    assert count(runtime, Caregiver) == 0


def hidden(page: str) -> str:
    """A page without what differs by address or hour."""
    return re.sub(r'value="[^"]*"', "", page)


def test_a_task_is_done_with_a_word_and_not_without(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    place = f"/staff/tasks/{case.task}"
    empty = nurse.submit(place, {"outcome": "  "}, to=f"{place}/done")
    assert empty.status_code == 400
    assert "Write one sentence on what was done." in empty.text
    done = nurse.submit(place, {"outcome": "Spoke with her."}, to=f"{place}/done")
    assert (done.status_code, done.location) == (303, "/staff")
    assert "Spoke with her." in nurse.get(place).text
    with runtime.reading() as session:
        assert session.get_one(Task, case.task).done_by == people.here["nurse"].id


def test_a_possible_pregnancy_is_not_named_on_the_shared_worklist(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    page = desk(app, runtime, people).get("/staff").text
    assert "Speak in private: see the report" in page
    titles = {rule.id: rule.title["en"] for rule in people.study.rules}
    assert titles["T30"] not in page


def test_a_participant_is_enrolled_after_a_look_at_the_visits(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    preview = coordinator.submit("/staff/enrol", {**ENROLMENT, "act": "preview"})
    assert preview.status_code == 200
    for words in ("D14", "24 March 2026", "M24", "10 March 2028", "李四", "138 0013"):
        assert words in preview.text
    assert count(runtime, Participant) == 0
    saved = coordinator.submit("/staff/enrol", ENROLMENT)
    assert (saved.status_code, saved.location) == (303, "/staff/participants/DS-021")
    page = coordinator.get(saved.location).text
    assert "day 2" in page
    assert "2026-03-24" in page
    with runtime.reading() as session:
        person = session.scalars(select(Participant)).one()
        assert person.site_id == people.here.site.id
        assert person.enrolled_by == people.here["coordinator"].id


@pytest.mark.smoke
def test_a_form_sent_twice_enrols_once(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    for _ in range(2):
        answer = coordinator.submit("/staff/enrol", ENROLMENT)
        assert answer.location == "/staff/participants/DS-021"
    assert count(runtime, Participant) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "twenty"}, "Write the study code like DS-007."),
        ({"number": "12"}, "This is not a telephone number we can use."),
        ({"d0": "10.3.2026"}, "Write the day like 2026-03-10."),
        ({"d0": "9999-12-31"}, "This D0 is too far from today."),
        ({"d0": "9999-12-31", "act": "preview"}, "too far from today"),
        ({"d0": "", "act": "preview"}, "Write the day like 2026-03-10."),
        ({"consented_at": "now"}, "Choose day and time."),
        ({"consented_at": "0001-01-01T00:00"}, "Choose day and time."),
        ({"consented_at": "2026-03-12T09:30"}, "The consent cannot be in the future."),
        ({"consent_version": ""}, "Name the version of the consent form."),
        ({"language": ""}, "Choose a language."),
        ({"time_zone": "Mars"}, "This time zone does not exist."),
        ({"discharged_on": "2026-03-20"}, "The discharge must be between"),
    ],
)
def test_an_enrolment_that_cannot_be_keeps_what_was_typed(
    app: Flask, runtime: Runtime, people: Cast, wrong: dict[str, str], sentence: str
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    answer = coordinator.submit("/staff/enrol", {**ENROLMENT, **wrong})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "李四" in answer.text
    assert count(runtime, Participant) == 0


def test_an_empty_enrolment_names_every_field_and_prefills_no_consent(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    form = coordinator.get("/staff/enrol").text
    assert re.search(r'id="consented_at"[^>]* value=""', form)
    given = {**dict.fromkeys(ENROLMENT, ""), "act": "save", "discharged_on": "x"}
    answer = coordinator.submit("/staff/enrol", given)
    named = set(
        re.findall(r'href="#(\w+)">', answer.text.split("</ul>")[0].split("<ul>")[1])
    )
    assert named == {
        *("code", "number", "language", "d0"),
        *("discharged_on", "consent_version", "consented_at"),
    }


def test_a_discharge_nobody_can_read_saves_nothing(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    answer = coordinator.submit("/staff/enrol", {**ENROLMENT, "discharged_on": "soon"})
    assert answer.status_code == 400
    assert count(runtime, Participant) == 0


def test_an_infusion_to_come_is_asked_about_once_for_each_day_typed(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    wanted = {**ENROLMENT, "d0": "2026-03-20"}
    first = coordinator.submit("/staff/enrol", wanted)
    assert "This D0 is still to come." in first.text
    assert '<input type="hidden" name="asked" value="d0=2026-03-20">' in first.text
    asked = {"asked": [ENROLMENT["asked"], "d0=2026-03-20"]}
    other = coordinator.submit("/staff/enrol", {**wanted, **asked, "d0": "2026-03-21"})
    assert 'value="d0=2026-03-21">' in other.text
    saved = coordinator.submit("/staff/enrol", {**wanted, **asked})
    assert saved.location == "/staff/participants/DS-021"


def test_a_caregiver_is_added_with_a_consent_of_their_own(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    place = "/staff/participants/DS-007/caregiver"
    without = nurse.submit(place, {**ENROLMENT, "consent_version": ""})
    assert without.status_code == 400
    assert "own consent" in without.text
    for _ in range(2):
        added = nurse.submit(place, ENROLMENT)
        assert added.location == "/staff/participants/DS-007"
    assert count(runtime, Caregiver) == 1


def test_discharge_and_admission_are_recorded_on_the_persons_page(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    place = "/staff/participants/DS-007"
    clock.advance(days=1)
    nurse = desk(app, runtime, people)
    future = nurse.submit(
        place, {"act": "admit", "on": "2026-03-20"}, to=f"{place}/stay"
    )
    assert future.status_code == 400
    assert "No stay can begin on that day." in future.text
    assert "2026-03-20" in future.text
    back = nurse.submit(place, {"act": "admit", "on": "2026-03-13"}, to=f"{place}/stay")
    assert back.status_code == 303
    assert "Record the day of discharge" in nurse.get(place).text
    home = {"act": "discharge", "on": "2026-03-13"}
    assert nurse.submit(place, home, to=f"{place}/stay").status_code == 303
    assert count(runtime, Stay) == 3  # one of them next door


def test_the_roster_is_searched_and_an_exact_code_opens_the_person(
    app: Flask, runtime: Runtime, people: Cast, case: Followed
) -> None:
    nurse = desk(app, runtime, people)
    whole = nurse.get("/staff/participants").text
    assert "DS-007" in whole
    assert "NO-007" not in whole
    exact = nurse.get("/staff/participants?q=ds-007")
    assert (exact.status_code, exact.location) == (303, "/staff/participants/DS-007")
    nobody = nurse.get("/staff/participants?q=<script>")
    assert "Nobody here has this code." in nobody.text
    assert "<script>" not in nobody.text


def test_the_rota_names_its_gaps_and_takes_a_new_shift(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    assert "covered for the next 14 days" in coordinator.get("/staff/rota").text
    with runtime.reading() as session:
        query = select(Shift.id).where(
            Shift.site_id == people.here.site.id, Shift.duty == "nurse"
        )
        shift = session.scalars(query).one()
    ended = coordinator.submit("/staff/rota", to=f"/staff/rota/{shift}/end")
    assert ended.status_code == 303
    page = coordinator.get("/staff/rota").text
    assert "Nobody can be paged" in page
    assert "from 12 Mar, 09:00 to 26 Mar, 09:00" in page
    filled = {
        "staff_id": str(people.here["doctor"].id),
        "role": "nurse",
        "starts_at": "2026-03-12T09:00",
        "ends_at": "",
    }
    for _ in range(2):
        assert coordinator.submit("/staff/rota", filled).status_code == 303
    assert "covered for the next 14 days" in coordinator.get("/staff/rota").text
    with runtime.reading() as session:
        query = select(func.count()).where(
            Shift.site_id == people.here.site.id, Shift.duty == "nurse"
        )
        assert session.scalar(query.select_from(Shift)) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"staff_id": ""}, "Choose a colleague."),
        ({"staff_id": "-1"}, "This is not a number."),
        ({"role": ""}, "Choose a duty."),
        ({"starts_at": ""}, "Choose day and time."),
        ({"ends_at": "2026-03-11T09:00"}, "A shift must end after it begins"),
    ],
)
def test_a_shift_that_cannot_be_keeps_what_was_typed(
    app: Flask, runtime: Runtime, people: Cast, wrong: dict[str, str], sentence: str
) -> None:
    coordinator = desk(app, runtime, people, "coordinator")
    before = count(runtime, Shift)
    filled = {
        "staff_id": str(people.here["doctor"].id),
        "role": "nurse",
        "starts_at": "2026-03-12T11:11",
        "ends_at": "",
        **wrong,
    }
    answer = coordinator.submit("/staff/rota", filled)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert count(runtime, Shift) == before


def test_a_nurse_sees_the_rota_and_does_not_change_it(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    nurse = desk(app, runtime, people)
    page = nurse.get("/staff/rota").text
    assert "Nurse of here" in page
    assert "Nurse of there" not in page
    assert "End now" not in page
    assert nurse.submit("/staff/rota", to="/staff/rota").status_code == 403


def test_every_page_speaks_both_languages(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    from portal.db.tables.people import Staff

    with runtime.writing() as session:
        for staff in session.scalars(select(Staff)):
            staff.language = "zh"
    clock.advance(seconds=1)
    nurse = desk(app, runtime, people, "coordinator")
    for path, words in (
        ("/staff", "我来处理"),
        ("/staff/participants", "最近28天的日记"),
        ("/staff/participants/DS-007", "发热"),
        (f"/staff/alerts/{case.alert}", "通知了谁、何时、如何"),
        (f"/staff/tasks/{case.task}", "完成"),
        ("/staff/enrol", "参与者入组"),
        ("/staff/rota", "值班表"),
    ):
        page = nurse.get(path).text
        assert words in page, path
        assert 'lang="zh-Hans"' in page


def test_times_on_the_pages_are_the_sites(
    app: Flask, runtime: Runtime, people: Cast, case: Followed, clock: Clock
) -> None:
    clock.advance(hours=15, minutes=30)  # 00:30 of the next day in Chengdu
    page = desk(app, runtime, people).get(f"/staff/alerts/{case.alert}").text
    assert "12 Mar, 09:15" in page
