"""What people complained of in other systems, each as a story that must go well here.

The numbers are ranks: the loudest complaint first. Pages and engine are the real ones,
in one process, on a clock that the story moves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.access import Device
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Attempt, Inbound, Message
from portal.errors import InvalidInput
from portal.messages.gateways.outcomes import Accepted
from portal.operating.golive import checks
from portal.operating.golive.checks import GoLiveSettings
from portal.people import rota
from portal.people.case import Case
from portal.protocol.checks.study import Caps
from portal.records.staff.work import explanations
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from portal.visits.reminders import preview as previews
from scheduler import jobs
from scheduler.engine import Engine
from tests.support import arrivals
from tests.support.clock import Clock
from tests.support.desk import seated
from tests.support.fake_gateway import FakeGateway
from tests.support.texts import Post
from tests.support.ward import CALM, TODAY, Ward, local, ward_of
from tests.support.web import Visitor

pytestmark = pytest.mark.in_turn
FEVER = {**CALM, "temp": {"value": "38.0", "unit": "C"}}
SEIZURE = {**CALM, "emerg": ["seizure"]}
MINE = "+8613800138007"
JOBS = tuple(job for job in jobs.JOBS if job.name != "clock")  # the story leaps days


class Delivering(FakeGateway):
    """A provider that says of everything that it reached the phone."""

    def send(self, outgoing):  # type: ignore[no-untyped-def]
        super().send(outgoing)
        return Accepted(f"it-{len(self.sent)}", delivered=True)


@dataclass
class House:
    """The hospital of the story, and what a test may do in it."""

    runtime: Runtime
    clock: Clock
    ward: Ward
    gateway: FakeGateway
    engine: Engine
    app: Flask
    post: Post

    def live(self, **amount: float) -> None:
        """Let time pass, and the engine do and send what is due."""
        self.clock.advance(**amount)
        for _ in range(2):
            self.engine.cycle()
            assert self.engine.drain(20)

    def report(self, answers: dict[str, object], kind: str = "complete") -> int:
        return self.ward.report(kind, answers, uuid=str(uuid4()))

    def all(self, table, **wanted):  # type: ignore[no-untyped-def]
        with self.runtime.reading() as session:
            query = select(table).filter_by(**wanted).order_by(table.id)
            return list(session.scalars(query))

    def alert(self) -> Alert:
        (found,) = self.all(Alert, participant_id=self.ward.id)
        return found

    def events(self) -> Counter[str]:
        return Counter(event.kind for event in self.all(AlertEvent))

    def sent_to(self, duty: str) -> list[str]:
        """The channels by which somebody of the team was reached."""
        number = self.ward.cast.here[duty]
        with self.runtime.reading() as session:
            query = select(Message.channel).where(
                Message.staff_id == number.id,
                Message.state.in_(("accepted", "delivered")),
            )
            return list(session.scalars(query.order_by(Message.id)))

    def to_me(self) -> list[str]:
        """What was sent to the participant's number."""
        return [o.body for o in self.gateway.sent if o.number == MINE]

    def nurse(self) -> Visitor:
        staff = self.ward.cast.here["nurse"]
        return seated(self.app, self.runtime, staff)

    def why(self, message: Message) -> str:
        with self.runtime.reading() as session:
            now, real_now = self.runtime.now(), self.runtime.real_now()
            said = explanations.why(session, message.id, now=now, real_now=real_now)
        return " ".join(said)


@pytest.fixture
def house(runtime: Runtime, clock: Clock, app: Flask) -> Iterator[House]:
    gateway = Delivering()
    runtime.gateway = gateway
    ward = ward_of(runtime, clock)
    engine = Engine(runtime, jobs=JOBS)
    post = Post(runtime, ward.cast, count(1))
    yield House(runtime, clock, ward, gateway, engine, app, post)
    engine.stop()


def test_complaint_01_an_answer_reaches_a_person_and_the_record_tells_the_whole_story(
    house: House,
) -> None:
    house.report(FEVER)
    house.live()
    assert house.sent_to("nurse")
    house.live(minutes=15)
    assert house.sent_to("doctor")
    house.live(minutes=15)
    house.live(minutes=15)
    assert house.events()["participant_told"] == 1, "nobody reached is an event"
    assert house.alert().state == "open", "and never the end"
    nurse, alert = house.nurse(), house.alert()
    here = f"/staff/alerts/{alert.id}"
    assert nurse.submit(here, to=f"{here}/ack").status_code == 303
    outcome = {"outcome": "spoke", "reason": "Comes in.", "adverse_event": "no"}
    assert nurse.submit(here, outcome, to=f"{here}/close").status_code == 303
    said = nurse.get(here).text
    assert alert.code in said
    assert {"opened", "paged", "acknowledged", "closed"} <= house.events().keys()


def test_complaint_02_delivered_is_not_seen(house: House) -> None:
    house.report(FEVER)
    house.live()
    assert {m.state for m in house.all(Message, purpose="alert")} == {"delivered"}
    house.live(minutes=15)
    assert house.sent_to("doctor"), "only a person's answer stops the ladder"
    assert house.alert().state == "open"


def test_complaint_03_a_reminder_is_sent_once_through_restarts_and_two_engines(
    house: House,
) -> None:
    second = Engine(house.runtime)
    for minute in (0, 1, 6, 6, 7, 20):
        house.clock.set(local("10:00") + timedelta(minutes=minute))
        house.engine.cycle()
        second.cycle()
        assert house.engine.drain(20)
        assert second.drain(20)
    house.engine.stop()
    second.stop()
    third = Engine(house.runtime)
    third.cycle()
    assert third.drain(20)
    third.stop()
    reminders = house.all(Message, purpose="reminder", participant_id=house.ward.id)
    assert len(reminders) == len({one.dedupe_key for one in reminders}) == 1
    assert len(house.to_me()) == 1
    assert len(house.all(Attempt, message_id=reminders[0].id)) == 1
    page = house.nurse().get("/staff/participants/DS-007").text
    assert "Why it did or did not go out" in page, "staff can see it"


def test_complaint_04_ninety_days_are_shown_on_both_clocks_with_their_changes(
    house: House,
) -> None:
    with house.runtime.writing() as session:
        mine = house.ward.me(session)
        mine.time_zone = "Europe/Berlin"
        found = previews.preview(
            Case(session, house.ward.cast.study, mine, house.clock()), days=90
        )
    assert found.changes == (("Europe/Berlin", date(2026, 3, 29), 60),)
    lines = [one for one in found.lines if f"{one.theirs:%H:%M}" == "10:05"]
    assert len(lines) > 10, "the same hour by their clock on every day"
    offsets = {one.site.utcoffset() for one in lines}
    assert offsets == {timedelta(hours=8)}, "the hospital's clock is not moved"
    path = "/staff/participants/DS-007/reminders"
    assert house.nurse().get(path).status_code == 200


def test_complaint_05_stop_is_kept_told_and_silences_no_danger(house: House) -> None:
    house.post.write("STOP")
    assert "opted_out" in {task.kind for task in house.all(Task)}
    house.ward.at("10:05")
    house.live(minutes=10)
    assert house.to_me() == []
    house.report(FEVER)
    house.live()
    assert house.sent_to("nurse")
    record = house.nurse().get("/staff/participants/DS-007/contacts").text
    assert "STOP" in record or "短信" in record
    house.post.write("START")
    house.clock.set(local("13:00"))
    assert house.post.write("谢谢").kind != "stop"


def test_complaint_06_what_the_phone_sends_again_is_one_report_and_told_the_truth(
    house: House,
) -> None:
    phone = arrivals.phone_visitor(house.app, house.runtime, house.ward.id)
    page = phone.get("/diary").text
    entry = re.search(r'name="entry" value="([^"]+)"', page)
    assert entry
    said = {"entry": entry[1], "reporter": "self", "emerg": ["seizure"], "send": "1"}
    first = phone.submit("/diary", said)
    again = phone.submit("/diary", said)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(house.all(EntryVersion)) == len(house.all(Alert)) == 1
    advice = phone.get(first.headers["Location"]).text
    assert 'href="tel:120"' in advice
    script = phone.get("/offline/record").json
    assert script is not None, "and the rules go along for when there is no network"


def test_complaint_07_silence_is_a_task_and_then_a_page(
    house: House,
) -> None:
    house.ward.at("15:00")
    assert [t.state for t in house.ward.tasks("missing_diary")] == ["open"]
    house.ward.at("18:00")
    assert house.alert().tier == "urgent"
    house.ward.at("18:01")
    assert house.alert().state == "open", "one, however often one looks"


def test_complaint_08_moving_a_visit_is_one_act_and_one_right_text(
    house: House,
) -> None:
    cast, at = house.ward.cast, datetime(2026, 3, 17, 2, 0, tzinfo=UTC)

    def book(when: datetime, **more: str) -> None:
        with house.runtime.writing() as session:
            version = house.ward.visit("D14").version
            me = house.ward.me(session)
            case = Case(session, cast.study, me, house.clock())
            form = VisitForm(case, cast.here["coordinator"], "D14", version)
            appointments.book(form, at=when, **more)

    house.ward.at("09:00", TODAY + timedelta(days=2))
    house.engine.cycle()
    assert house.engine.drain(20)
    before = len(house.to_me())
    book(at)
    with pytest.raises(InvalidInput):
        book(datetime(2026, 3, 27, 2, 0, tzinfo=UTC))  # outside the window: why?
    house.live(minutes=1)
    told = house.to_me()[before:]
    assert [text for text in told if "3月17日" in text] == told
    assert len(told) == 1
    waiting = house.all(Message, template="visit_booked", state="queued")
    assert all("3月17日" in one.variables["date"] for one in waiting)


def test_complaint_09_each_message_says_why_it_did_or_did_not_go_out(
    house: House,
) -> None:
    house.report(FEVER)
    house.live()
    sent = house.all(Message, purpose="alert")[0]
    assert "fake" in house.why(sent)
    house.ward.at("10:05", TODAY + timedelta(days=1))
    house.report(CALM)
    withdrawn = [m for m in house.all(Message) if m.state == "cancelled"]
    assert withdrawn
    for message in withdrawn:
        assert message.state_reason
        assert message.state_reason in house.why(message)


def test_complaint_10_quiet_hours_hold_reminders_and_no_page(house: House) -> None:
    with house.runtime.writing() as session:
        mine = house.ward.me(session)
        mine.quiet_from, mine.quiet_to = "21:00", "08:00"
    house.ward.at("03:00", TODAY + timedelta(days=1))
    before = len(house.to_me())
    house.report(FEVER)
    house.live()
    assert house.sent_to("nurse")
    assert len(house.to_me()) == before


def test_complaint_11_nobody_goes_live_with_a_gap(house: House) -> None:
    setting = GoLiveSettings(
        "production", "domestic", Caps("domestic", 50, 20), True, True, ""
    )
    nurse = house.ward.cast.here["nurse"]
    with house.runtime.writing() as session:
        for shift in list(session.scalars(select(rota.Shift))):
            if shift.staff_id == nurse.id:
                shift.ends_at = house.clock() + timedelta(days=3)
    with house.runtime.reading() as session:
        now = house.clock()
        found = checks.faults(session, setting, now=now, real_now=now)
    assert not checks.is_ready(found)
    said = [fault.sentence for fault in found if fault.check == "rota"]
    assert any("nurse" in one and "2026-03-15 09:00" in one for one in said), said


def test_complaint_12_repeats_join_and_only_worse_pages_again(house: House) -> None:
    house.report(FEVER)
    house.live()
    first = len(house.sent_to("nurse"))
    for _ in range(3):
        house.report(FEVER)
        house.live(minutes=1)
    assert len(house.sent_to("nurse")) == first
    assert len(house.all(Alert)) == 1
    house.report(SEIZURE)
    house.live()
    assert house.alert().tier == "emergency"
    assert len(house.sent_to("nurse")) > first


def test_complaint_13_who_gets_no_code_is_let_in_by_paper_and_loses_no_draft(
    house: House,
) -> None:
    phone = arrivals.phone_visitor(house.app, house.runtime, house.ward.id)
    begun = phone.submit("/diary", {"none": "1", "reporter": "self"})
    assert begun.status_code == 303
    contacts = "/staff/participants/DS-007/contacts"
    sheet = house.nurse().submit(contacts, {"caregiver": ""}, to=f"{contacts}/paper")
    code = re.search(r"\d{4} \d{4} \d{4}", sheet.text)
    assert code, "staff can make a code on paper"
    fresh = arrivals.visitor(house.app)
    wrong = fresh.submit("/sign-in/paper", {"paper": "1234 5678 9012"})
    assert wrong.status_code == 400
    right = fresh.submit("/sign-in/paper", {"paper": code[0]})
    assert right.status_code == 303
    assert len(house.all(Device)) == 2, "the phone that was there may still report"
    assert "/resume" in phone.get("/diary").text


def test_complaint_14_every_word_that_comes_in_reaches_a_person(house: House) -> None:
    house.post.write("我今天39.2度")
    house.live()
    assert house.alert().tier in ("urgent", "emergency")
    assert house.sent_to("nurse")
    house.post.write("please do not text me so often")
    assert "words_to_read" in {task.kind for task in house.all(Task)}
    for words in ("好的", "?", "can you call me"):
        house.post.write(words)
    kept = [text.body for text in house.all(Inbound)]
    assert len(kept) == 5
