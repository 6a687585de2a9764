"""What the team changes about a person's follow-up, through forms without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.audit import Actor
from portal.db.tables.diary import CorrectionRequest, EntryVersion, Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Contact, Participant, StatusChange, Stay
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import D0, Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

HERE = "/staff/participants/DS-007"
D14 = f"{HERE}/visits/D14"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-1", house=people.there, number="13800138900")
        return enrolled(session, people).id


@pytest.fixture
def coordinator(app: Flask, runtime: Runtime, people: Cast, person_id: int) -> Visitor:
    return arrivals.staff_visitor(app, runtime, people.here["coordinator"])


def visit(runtime: Runtime, person_id: int, code: str = "D14") -> Visit:
    with runtime.reading() as session:
        query = select(Visit).filter_by(participant_id=person_id, code=code)
        return session.scalars(query).one()


def person(runtime: Runtime, person_id: int) -> Participant:
    with runtime.reading() as session:
        return session.get_one(Participant, person_id)


def all_of(runtime: Runtime, table: Any, **wanted: Any) -> list[Any]:
    with runtime.reading() as session:
        return list(session.scalars(select(table).filter_by(**wanted)))


def test_a_time_is_typed_in_the_hospitals_own(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    fields = {"act": "book", "version": "1", "at": "2026-03-16T09:30"}
    answer = coordinator.submit(D14, fields)
    assert answer.headers["Location"] == D14
    assert visit(runtime, person_id).booked_at == datetime(
        2026, 3, 16, 1, 30, tzinfo=UTC
    )
    texts = coordinator.get(D14).text.split("Texts go out", 1)[1].split("</dd>")[0]
    assert re.findall(r">([^<]+)</span>", texts) == ["15 Mar, 09:00", "16 Mar, 09:00"]
    page = coordinator.get(HERE).text
    assert "16 Mar, 09:30" in page
    assert f'href="{D14}"' in page
    assert "Day 14 visit: booked 16 Mar, 09:30" in page  # the timeline's line


@pytest.mark.smoke
def test_a_form_from_before_a_change_is_refused_and_shows_what_holds(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    book = {"act": "book", "version": "1", "at": "2026-03-16T09:30"}
    coordinator.submit(D14, book)
    late = coordinator.submit(D14, {**book, "at": "2026-03-17T09:30"})
    assert late.status_code == 409
    assert "changed in the meantime" in late.text
    assert "16 Mar, 09:30" in late.text
    again = coordinator.submit(D14, book)  # a double tap
    assert again.status_code == 303
    assert visit(runtime, person_id).version == 2


def test_a_visit_by_night_is_asked_about_once_and_kept(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    fields = {"act": "book", "version": "1", "at": "2026-03-25T03:00"}
    asked = coordinator.submit(D14, fields)
    assert asked.status_code == 400
    for sentence in ("at night or on a weekend", "outside the visit&#39;s window"):
        assert sentence in asked.text
    assert (
        '<input type="hidden" name="asked" value="at=2026-03-25T03:00">' in asked.text
    )
    sure = {**fields, "asked": "at=2026-03-25T03:00", "reason": "A night ward"}
    assert coordinator.submit(D14, sure).status_code == 303
    assert visit(runtime, person_id).state == "booked"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"act": "book", "at": ""}, "Choose day and time."),
        ({"act": "book", "at": "2026-03-25T09:00"}, "outside the visit&#39;s window"),
        ({"act": "book", "at": "2026-03-11T09:00"}, "This time has passed"),
        ({"act": "attend", "on": "2026-03-14"}, "from D0 to today"),
        ({"act": "attend", "on": ""}, "Write the day like 2026-03-10."),
        ({"act": "miss"}, "has not come yet"),
        ({"act": "cancel"}, "Write why the visit is cancelled."),
        ({"act": "nonsense"}, "Choose what became of the visit."),
    ],
)
def test_what_cannot_be_recorded_says_why(
    coordinator: Visitor,
    runtime: Runtime,
    person_id: int,
    fields: dict[str, str],
    sentence: str,
) -> None:
    answer = coordinator.submit(D14, {"version": "1", **fields})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert visit(runtime, person_id).state == "planned"


def test_an_hour_that_the_clocks_skip_is_refused(
    app: Flask, runtime: Runtime, people: Cast, person_id: int
) -> None:
    from portal.db.tables.people import Site

    with runtime.writing() as session:
        site = session.get_one(Site, people.here.site.id)
        site.time_zone = "Europe/Berlin"
    app.extensions["sites"].forget()
    visitor = arrivals.staff_visitor(app, runtime, people.here["coordinator"])
    path = f"{HERE}/visits/D28"  # 29 March: clocks go forward from 02:00 to 03:00
    fields = {"act": "book", "version": "1"}
    refused = visitor.submit(path, {**fields, "at": "2026-03-29T02:30"})
    assert refused.status_code == 400
    assert "skip this hour" in refused.text
    sunday = {"at": "2026-03-29T09:30", "asked": "at=2026-03-29T09:30"}
    visitor.submit(path, {**fields, **sunday})
    assert visit(runtime, person_id, "D28").booked_at == datetime(
        2026, 3, 29, 7, 30, tzinfo=UTC
    )


@pytest.mark.smoke
def test_a_readmission_is_another_stay_and_steers_the_phase(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    assert "At home, to day 28" in coordinator.get(HERE).text
    coordinator.submit(HERE, {"act": "admit", "on": "2026-03-12"}, to=f"{HERE}/stay")
    assert "In hospital" in coordinator.get(HERE).text.split("</h1>")[0]
    stays = all_of(runtime, Stay, participant_id=person_id)
    assert [(stay.admitted_on, stay.discharged_on) for stay in stays] == [
        (D0, date(2026, 3, 9)),
        (date(2026, 3, 12), None),
    ]
    coordinator.submit(
        HERE, {"act": "discharge", "on": "2026-03-12"}, to=f"{HERE}/stay"
    )
    assert "At home" in coordinator.get(HERE).text.split("</h1>")[0]


def test_the_status_page_says_what_will_stop_before_it_does(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    page = coordinator.get(f"{HERE}/status").text
    assert "nothing new is collected. Clinic visits go on as agreed." in page
    assert "They can still sign in and report." in page
    refused = coordinator.submit(f"{HERE}/status", {"status": "withdrawn"})
    assert refused.status_code == 400
    assert person(runtime, person_id).status == "active"
    coordinator.submit(
        f"{HERE}/status", {"status": "withdrawn", "reason": "asked to leave"}
    )
    assert person(runtime, person_id).status == "withdrawn"
    [change] = all_of(runtime, StatusChange)
    assert change.reason == "asked to leave"
    assert "asked to leave" in coordinator.get(HERE).text


def test_the_preview_gives_each_text_its_words_and_hour(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    page = coordinator.get(f"{HERE}/reminders").text
    assert "您的复诊日期为2026年3月15日（星期日）" in page
    assert "14 Mar, 09:00" in page
    assert "Hospital's time" not in page
    coordinator.submit(f"{HERE}/status", {"status": "paused", "reason": "on a journey"})
    paused = coordinator.get(f"{HERE}/reminders").text
    assert "Nothing is sent while the status is: paused." in paused
    assert "您的复诊日期" not in paused


def test_another_zone_is_shown_by_the_clock_before_it_counts(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    path = f"{HERE}/reminders"
    fields = {"act": "zone", "time_zone": "Europe/London"}
    asked = coordinator.submit(path, fields)
    assert asked.status_code == 400
    assert "09:00 in their time. That is 17:00 at the hospital." in asked.text
    assert person(runtime, person_id).time_zone == "Asia/Shanghai"
    coordinator.submit(path, {**fields, "confirmed": "1"})
    assert person(runtime, person_id).time_zone == "Europe/London"
    page = coordinator.get(path).text
    assert "Hospital's time" in page
    assert "clocks in Europe/London are moved by 60 minutes" in page


def test_quiet_hours_of_one_person_are_kept_and_left_again(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    path = f"{HERE}/reminders"
    hours = {"quiet_from": "20:00", "quiet_to": "10:00"}
    coordinator.submit(path, {"act": "quiet", **hours})
    kept = person(runtime, person_id)
    assert (kept.quiet_from, kept.quiet_to) == ("20:00", "10:00")
    assert "14 Mar, 10:00" in coordinator.get(path).text  # 09:00 waits for its end
    refused = coordinator.submit(path, {"act": "quiet", "quiet_from": "20:00"})
    assert refused.status_code == 400
    coordinator.submit(path, {"act": "quiet", "quiet_from": "", "quiet_to": ""})
    assert person(runtime, person_id).quiet_from is None


ASKED = {"asked": "number=13900139000"}  # the number was read back


def test_a_number_is_changed_only_after_somebody_answered_it(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    path = f"{HERE}/contacts"
    fields = {"act": "number", "caregiver": "", "number": "13900139000"}
    refused = coordinator.submit(path, fields)
    assert refused.status_code == 400
    assert "Phone the number first" in refused.text
    assert 'href="#verified-0"' in refused.text
    assert 'id="verified-0"' in refused.text
    coordinator.submit(path, {**fields, "verified": "1", **ASKED})
    rows = all_of(runtime, Contact, participant_id=person_id, kind="mobile")
    assert [row.value for row in rows if row.retired_at is None] == ["+8613900139000"]
    page = coordinator.get(path).text
    assert "13900139000" not in page  # masked
    assert "+86…00" in page


def test_a_number_that_was_only_typed_is_confirmed_by_a_call(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    with runtime.writing() as session:
        mine = update(Contact).where(Contact.participant_id == person_id)
        session.execute(mine.values(verified_at=None))
    path = f"{HERE}/contacts"
    assert "not verified yet" in coordinator.get(HERE).text
    refused = coordinator.submit(path, {"act": "confirm", "caregiver": ""})
    assert refused.status_code == 400
    assert 'href="#answered-0"' in refused.text
    coordinator.submit(path, {"act": "confirm", "caregiver": "", "answered": "1"})
    assert "not verified yet" not in coordinator.get(HERE).text


def test_a_caregiver_leaves_by_one_button(
    coordinator: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    helper = arrivals.caregiver(runtime, people, person_id)
    path = f"{HERE}/contacts"
    coordinator.submit(path, {"act": "remove", "caregiver": str(helper.id)})
    [row] = all_of(runtime, Caregiver)
    assert not row.active
    again = coordinator.submit(path, {"act": "remove", "caregiver": str(helper.id)})
    assert again.status_code == 404


def test_somebody_elses_caregiver_is_not_reached_through_this_page(
    coordinator: Visitor, runtime: Runtime, people: Cast, person_id: int
) -> None:
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-008", number="13800138008").id
    helper = arrivals.caregiver(runtime, people, other)
    path = f"{HERE}/contacts"
    answer = coordinator.submit(path, {"act": "remove", "caregiver": str(helper.id)})
    assert answer.status_code == 404
    [row] = all_of(runtime, Caregiver)
    assert row.active


def entry(runtime: Runtime, people: Cast, person_id: int) -> int:
    submission = Submission(
        version_id="6f0c0f6e-0000-4000-8000-00000000000a",
        kind="complete",
        answers={"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "rash": 0},
        reporter="self",
        language="zh",
        actor=Actor("participant", str(person_id)),
    )
    with runtime.writing() as session:
        row = session.get_one(Participant, person_id)
        receipt = entries.submit(
            Case(session, people.study, row, runtime.now()), submission
        )
        return receipt.entry_id


def test_staff_ask_and_the_investigator_decides(
    app: Flask,
    coordinator: Visitor,
    runtime: Runtime,
    people: Cast,
    person_id: int,
    clock: Clock,
) -> None:
    number = entry(runtime, people, person_id)
    clock.advance(minutes=5)
    path = f"/staff/entries/{number}/correct"
    assert f'href="{path}"' in coordinator.get(HERE).text
    same = {"shown": "1", "temp": "36.6", "temp_unit": "C"}
    coordinator.submit(path, {**same, "rash": "1", "reason": "she told me so"})
    [request] = all_of(runtime, CorrectionRequest)
    assert request.answers == {"rash": 1}
    listed = coordinator.get("/staff/corrections").text
    assert "she told me so" in listed
    assert "The investigator decides." in listed
    decision = f"/staff/corrections/{request.id}"
    mine = coordinator.submit(path, {"act": "accept"}, to=decision)
    assert mine.status_code == 403
    doctor = arrivals.staff_visitor(app, runtime, people.here["investigator"])
    bare = doctor.submit("/staff/corrections", {"act": "decline"}, to=decision)
    assert bare.status_code == 400
    assert "Write why it is declined." in bare.text
    doctor.submit("/staff/corrections", {"act": "accept"}, to=decision)
    kinds = [version.kind for version in all_of(runtime, EntryVersion)]
    assert sorted(kinds) == ["complete", "correction"]
    assert "No correction waits." in doctor.get("/staff/corrections").text
    assert "accepted" in doctor.get(HERE).text


def test_a_visit_is_moved_in_one_act_with_one_text(
    coordinator: Visitor, runtime: Runtime, person_id: int
) -> None:
    book = {"act": "book", "version": "1", "at": "2026-03-16T09:30"}
    coordinator.submit(D14, book)
    move = {"act": "book", "version": "2", "at": "2026-03-17T10:00"}
    coordinator.submit(D14, move)
    texts = all_of(runtime, Message, template="visit_booked", participant_id=person_id)
    waiting = [text for text in texts if text.state == "queued"]
    assert [text.variables["date"] for text in waiting] == ["2026年3月17日（星期二）"]
    assert [text.variables["time"] for text in waiting] == ["10:00"]
