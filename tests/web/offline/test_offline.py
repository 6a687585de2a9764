"""What an enrolled phone may keep, and what it may hand in, however late."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import study_versions
from portal.db.tables.alerts import Alert
from portal.db.tables.diary import Draft, EntryConflict, EntryVersion
from portal.delivery.inbound.reports import answers_in
from portal.diary.version_ids import rest_of
from portal.enrolment import adoption, day_zero
from portal.enrolment.adoption import SignedMove
from portal.enrolment.day_zero import SignedDay
from portal.messages.gateways.settings import TwilioSettings
from portal.protocol.triage.judge import judge
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

STATIC = Path(__file__).resolve().parents[3] / "static"
ENTRY = str(UUID(int=7))
CALM = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "chills": 0}
HEADERS = {"X-Portal": "1", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def phone(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    """The enrolled phone of somebody at home in W1, on which nobody is signed in."""
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    return arrivals.phone_visitor(app, runtime, participant_id)


@pytest.fixture
def other_phone(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-008", number="13800138008").id
    return arrivals.phone_visitor(app, runtime, other)


def fetched(visitor: Visitor, address: str) -> TestResponse:
    answer = visitor.get(address, buffered=True)
    answer.close()
    return answer


def record(phone: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = phone.get("/offline/record").json or {}
    return found


@pytest.mark.parametrize(
    ("gateway", "number"), [("log", None), ("twilio", "+8610690000")]
)
def test_a_text_is_offered_only_to_the_number_of_the_chosen_provider(
    phone: Visitor, runtime: Runtime, gateway: str, number: str | None
) -> None:
    sender = TwilioSettings(sender="+8610690000")
    runtime.settings = replace(runtime.settings, gateway=gateway, twilio=sender)
    assert record(phone)["text_to"] == number


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def hand_in(
    phone: Visitor,
    clock: Clock,
    kind: str = "red_flags",
    answers: dict[str, Any] | None = None,
    *,
    waited: timedelta = timedelta(0),
    wrong_by: timedelta = timedelta(0),
    headers: dict[str, str] = HEADERS,
    **more: Any,
) -> TestResponse:
    """Send what a phone kept ``waited`` ago, by a clock that is ``wrong_by`` ahead."""
    now = clock() + wrong_by
    said = {
        "entry": ENTRY,
        "kind": kind,
        "person": record(phone).get("person"),
        "reporter": "self",
        "language": "en",
        "answers": {"emerg": ["seizure"]} if answers is None else answers,
        "written_at": milliseconds(now - waited),
        "phone_at": milliseconds(now),
        "zone": "Asia/Shanghai",
        **more,
    }
    return phone.post("/entries", json=said, headers=headers)


def versions(runtime: Runtime) -> list[EntryVersion]:
    query = select(EntryVersion).order_by(EntryVersion.position)
    with runtime.reading() as session:
        return list(session.scalars(query))


def alerts(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        return list(session.scalars(select(Alert.tier)))


def test_the_manifest_names_the_portal_in_both_languages(client: Visitor) -> None:
    answer = client.get("/manifest.webmanifest")
    said = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert "随访平台" in said["name"]
    assert "Follow-up" in said["name"]
    assert said["name_localized"] == {"zh": "随访平台", "en": "Follow-up"}
    for icon in said["icons"]:
        assert fetched(client, icon["src"]).status_code == 200
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


def test_the_worker_stands_at_the_root_and_is_never_kept(client: Visitor) -> None:
    answer = client.get("/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_modules_are_kept_for_good_under_one_version(phone: Visitor) -> None:
    page = phone.get("/offline/en").text
    found = re.search(r'src="(/static/v/\w{12}/js)/offline/shell.js"', page)
    assert found
    kept = [each for each in record(phone)["files"] if "/js/" in each]
    assert len(kept) == len(list(STATIC.glob("js/*/*.js")))
    for address in kept:
        assert address.startswith(f"{found[1]}/")
        assert "immutable" in fetched(phone, address).headers["Cache-Control"]


def test_no_module_of_another_version_is_given(phone: Visitor) -> None:
    kept = [each for each in record(phone)["files"] if "/js/" in each]
    version = kept[0].split("/")[3]
    for address in (
        kept[0].replace(version, "0123456789ab"),
        f"/static/v/{version}/css/portal.css",
        f"/static/v/{version}/../js/live.js",
    ):
        answer = fetched(phone, address)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_changed_module_has_all_of_them_asked_for_anew(
    new_app: Flask, tmp_path: Path
) -> None:
    shutil.copytree(str(new_app.static_folder), tmp_path / "static")
    new_app.static_folder = str(tmp_path / "static")
    with new_app.test_request_context():
        before = url_for("static", filename="js/offline/start.js")
        (tmp_path / "static/js/triage/note.js").write_text("// other", "utf-8")
        after = url_for("static", filename="js/offline/start.js")
    assert before != after


def test_a_phone_that_is_not_enrolled_keeps_nothing(client: Visitor) -> None:
    assert record(client) == {"enrolled": False}
    assert client.get("/offline/zh").status_code == 303
    assert client.post("/entries", json={}, headers=HEADERS).status_code == 401


def test_the_record_names_nobody_and_everything_it_lists_is_there(
    phone: Visitor,
) -> None:
    said = record(phone)
    assert (said["day"], said["phases"][0][1]) == (11, "W1")
    assert said["phone"] == "028-5550 0120"
    assert "DS-007" not in json.dumps(said)
    assert "13800" not in json.dumps(said)
    for address in said["files"]:
        page = fetched(phone, address)
        assert page.status_code == 200, address
        assert b"DS-007" not in page.data
        assert b"csrf_token" not in page.data


@pytest.mark.smoke
@pytest.mark.parametrize("short", ["zh", "en"])
def test_the_text_that_a_phone_writes_for_a_red_flag_pages_somebody(
    phone: Visitor, people: Cast, short: str
) -> None:
    page = phone.get(f"/offline/{short}").text
    found = re.search(r'data-word="text-body">([^<]*)<', page)
    assert found
    for flag in people.study.items["emerg"].choices:
        for phase in ("W1", "W2", "W3", "W4"):
            body = found[1].format(what=flag.label.say(short))
            said = answers_in(people.study, body)
            verdict = judge(people.study, phase, said, source="text")
            assert verdict.tier.rank >= 2, body


@pytest.mark.smoke
def test_the_copy_has_a_new_edition_only_when_something_changed(
    phone: Visitor, other_phone: Visitor
) -> None:
    assert record(phone)["edition"] == record(phone)["edition"]
    assert record(phone)["edition"] == record(other_phone)["edition"]
    assert record(phone)["person"] != record(other_phone)["person"]


def test_a_red_flag_that_waited_pages_and_gives_a_receipt(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    receipt = hand_in(phone, clock, waited=timedelta(hours=2))
    assert receipt.status_code == 200
    assert receipt.json
    assert receipt.json["tier"] == "emergency"
    assert "09:00" in receipt.json["told"]
    assert alerts(runtime) == ["emergency"]
    assert phone.get(receipt.json["href"]).status_code == 200


def test_the_same_again_gives_the_same_receipt(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    first = hand_in(phone, clock)
    clock.advance(minutes=3)
    again = hand_in(phone, clock, waited=timedelta(minutes=3))
    assert first.json
    left = (
        first.json["answer_in"] - 3 * 60
    )  # what staff have left of their five minutes
    assert again.json == {**first.json, "answer_in": left}
    assert len(versions(runtime)) == 1


def test_the_same_with_other_answers_is_kept_beside_it_and_told(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    hand_in(phone, clock, answers={"emerg": []})
    second = hand_in(phone, clock, answers={"emerg": ["chest_pain"]})
    assert second.status_code == 409
    assert second.json
    assert second.json["conflict"] is True
    assert second.json["tier"] == "emergency"
    assert alerts(runtime) == ["emergency"]
    with runtime.reading() as session:
        assert len(session.scalars(select(EntryConflict)).all()) == 1


def test_F35_four_times_are_kept_of_an_entry_two_days_old(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    hand_in(phone, clock, waited=timedelta(days=2), wrong_by=timedelta(minutes=-7))
    (version,) = versions(runtime)
    assert version.stated_at == clock() - timedelta(days=2)
    assert version.phone_at == clock() - timedelta(minutes=7)
    assert version.phone_zone == "Asia/Shanghai"
    assert version.received_at == clock()
    assert version.offset_seconds == -420
    assert alerts(runtime) == ["emergency"]


@pytest.mark.parametrize("wrong_by", [timedelta(days=365), timedelta(days=-365)])
def test_F36_a_phone_clock_wrong_by_a_year_changes_no_day(
    phone: Visitor, runtime: Runtime, clock: Clock, wrong_by: timedelta
) -> None:
    hand_in(phone, clock, waited=timedelta(hours=1), wrong_by=wrong_by)
    (version,) = versions(runtime)
    assert version.stated_at == clock() - timedelta(hours=1)
    assert version.offset_seconds == int(wrong_by.total_seconds())


def test_a_clock_that_was_put_right_in_between_means_now(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    hand_in(phone, clock, waited=timedelta(days=-365))
    (version,) = versions(runtime)
    assert version.stated_at == clock()


def test_a_whole_diary_comes_after_its_red_flags(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    hand_in(phone, clock, answers={"emerg": []})
    for _ in range(2):
        receipt = hand_in(phone, clock, "complete", CALM, waited=timedelta(hours=3))
        assert receipt.json
        assert receipt.json["tier"] == "routine"
    first, rest = versions(runtime)
    assert (first.kind, rest.kind) == ("red_flags", "complete")
    assert rest.id == rest_of(ENTRY)
    assert rest.entry_id == first.entry_id
    assert "emerg" not in rest.answers
    assert rest.stated_at == clock() - timedelta(hours=3)


def test_a_whole_diary_that_comes_first_loses_nothing(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    said = {**CALM, "emerg": ["fainted"]}
    hand_in(phone, clock, "complete", said)
    hand_in(phone, clock, answers={"emerg": ["fainted"]})
    kinds = [one.kind for one in versions(runtime)]
    assert kinds == ["red_flags", "partial", "complete"]
    assert alerts(runtime) == ["emergency"]


def test_an_unfinished_diary_is_kept_and_goes_at_once_when_urgent(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    calm = hand_in(phone, clock, "screen", CALM)
    assert calm.json
    assert "tier" not in calm.json
    with runtime.reading() as session:
        assert session.get_one(Draft, rest_of(ENTRY)).unsent
    hot = {**CALM, "temp": {"value": "38.4", "unit": "C"}}
    urgent = hand_in(phone, clock, "screen", hot)
    assert urgent.json
    assert urgent.json["tier"] == "urgent"
    assert alerts(runtime) == ["urgent"]


def test_a_diary_begun_online_goes_on(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    phone.submit("/diary", {"entry": ENTRY, "none": "1", "reporter": "self"})
    draft = {"entry": None, "draft": rest_of(ENTRY)}
    receipt = hand_in(phone, clock, "complete", {"chills": 2}, **draft)
    assert receipt.json
    assert receipt.json["tier"] == "urgent"
    assert [one.kind for one in versions(runtime)][-1] == "complete"


def test_a_diary_that_cannot_be_judged_is_kept_for_a_nurse(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    long = {**CALM, "note": "a" * 600}
    answer = hand_in(phone, clock, "complete", long)
    assert answer.status_code == 200
    with runtime.reading() as session:
        draft = session.get_one(Draft, rest_of(ENTRY))
        assert (draft.unsent, draft.answers["note"]) == (True, "a" * 600)


def test_a_yesterday_that_is_added_stands_for_its_day(
    phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    hand_in(phone, clock, answers={"emerg": []}, day="2026-03-11")
    (version,) = versions(runtime)
    assert version.stated_at == datetime(2026, 3, 11, 4, 0, tzinfo=UTC)


def test_what_one_person_wrote_is_not_taken_for_another(
    phone: Visitor, other_phone: Visitor, runtime: Runtime, clock: Clock
) -> None:
    mine = record(phone)["person"]
    assert hand_in(other_phone, clock, person=mine).status_code == 403
    assert versions(runtime) == []
    hand_in(phone, clock)
    assert hand_in(other_phone, clock).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Portal": "1", "Sec-Fetch-Site": "cross-site"},
        {"X-Portal": "1", "Origin": "https://elsewhere.example"},
    ],
)
def test_no_other_site_can_hand_in_an_entry(
    phone: Visitor, runtime: Runtime, clock: Clock, headers: dict[str, str]
) -> None:
    assert hand_in(phone, clock, headers=headers).status_code == 400
    assert versions(runtime) == []


def test_json_that_calls_itself_text_is_refused(
    phone: Visitor, runtime: Runtime
) -> None:
    said = json.dumps({"entry": ENTRY, "kind": "red_flags"})
    answer = phone.post("/entries", data=said, content_type="text/plain")
    assert answer.status_code == 400
    assert versions(runtime) == []


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "correction"},
        {"entry": "no-uuid"},
        {"answers": []},
        {"written_at": "yesterday"},
        {"phone_at": 10**20},
        {"entry": None, "draft": None},
        {"entry": None, "draft": str(UUID(int=5)), "kind": "red_flags"},
    ],
)
def test_what_is_no_entry_is_refused(
    phone: Visitor, runtime: Runtime, clock: Clock, more: dict[str, Any]
) -> None:
    assert hand_in(phone, clock, **{"kind": "screen", **more}).status_code == 400
    assert versions(runtime) == []


def moved(runtime: Runtime, people: Cast) -> str:
    """DS-007 follows a version without rules from now on; the hash of the one before."""
    newer = replace(people.study, version="2", sha256="2" * 64, rules=(), examples=())
    with runtime.writing() as session:
        row = study_versions.install(session, newer, "", now=runtime.now())
        staff = people.here["investigator"].id
        move = SignedMove(row.id, staff, "Amendment 2", demonstration=False)
        studies = runtime.studies(session)
        adoption.adopt(session, studies, "DS-007", move, now=runtime.now())
    return people.study.sha256


def test_the_copy_follows_its_person_to_another_version_and_says_so(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    before = record(phone)
    assert (before["study"], before["amended"]) == (people.study.sha256, "")
    moved(runtime, people)
    after = record(phone)
    assert after["edition"] != before["edition"]
    assert (after["study"], after["amended"]) == ("2" * 64, "2026-03-26")
    assert json.loads(fetched(phone, "/offline/study").data)["rules"] == []
    clock.advance(days=15)
    assert record(phone)["amended"] == ""


def test_the_copy_follows_a_changed_day_of_infusion_and_says_so(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    before = record(phone)
    assert before["recounted"] == ""
    with runtime.writing() as session:
        on = date.fromisoformat(before["today"]) - timedelta(days=7)
        signed = SignedDay(on, people.here["investigator"].id, "typed wrongly")
        studies, now = runtime.studies(session), runtime.now()
        day_zero.change(session, studies, "DS-007", signed, now=now)
    after = record(phone)
    assert (before["day"], after["day"]) == (11, 7)
    assert after["visit"]["on"] != before["visit"]["on"]
    assert (after["recounted"], after["amended"]) == ("2026-03-26", "")
    clock.advance(days=15)
    assert record(phone)["recounted"] == ""


@pytest.mark.parametrize(
    ("study", "tier"), [("old", "urgent"), ("new", "routine"), ("", "routine")]
)
def test_what_waited_over_a_move_is_judged_by_what_the_phone_asked_by(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock, study: str, tier: str
) -> None:
    named = {"old": moved(runtime, people), "new": "2" * 64, "": ""}[study]
    fever = {**CALM, "temp": {"value": "38.6", "unit": "C"}}
    answer = hand_in(phone, clock, kind="complete", answers=fever, study=named)
    assert answer.json["tier"] == tier


def test_a_phone_names_no_version_that_its_person_never_followed(
    phone: Visitor, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    stranger = replace(
        people.study, version="9", sha256="9" * 64, rules=(), examples=()
    )
    with runtime.writing() as session:
        study_versions.install(session, stranger, "", now=runtime.now())
    fever = {**CALM, "temp": {"value": "38.6", "unit": "C"}}
    answer = hand_in(phone, clock, kind="complete", answers=fever, study="9" * 64)
    assert answer.json["tier"] == "urgent"
