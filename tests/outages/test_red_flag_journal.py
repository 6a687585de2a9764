"""A dangerous report that the database cannot take reaches people, and is never doubled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from portal.alerting import offline_call_list
from portal.db.tables.holding import Home
from portal.diary.journal import journal_file
from portal.diary.journal.journaled_reports import JournaledReport
from portal.diary.version_ids import rest_of
from portal.operating import restoring
from portal.runtime import Runtime
from scheduler.engine import Engine
from scheduler.second_path import SecondPath
from tests.outages.conftest import Scene
from tests.support import arrivals, outage, provider
from tests.support.cast import enrolled
from tests.support.processes import running
from tests.support.provider.account import SENDER
from tests.support.waiting import until

Outage = Callable[[Runtime], AbstractContextManager[None]]
TAKEN_AWAY = pytest.mark.parametrize(
    "outage_of", [outage.full, outage.gone], ids=["F11_full", "F12_unreadable"]
)


@TAKEN_AWAY
def test_F11_F12_the_page_says_that_it_is_not_in_the_system_and_whom_to_phone(
    scene: Scene, outage_of: Outage
) -> None:
    form = scene.form()
    with outage_of(scene.runtime):
        answer = scene.send(form)
    assert answer.status_code == 503
    for said in ("NOT in our system yet", "还没有进入系统", "phone now", "打电话"):
        assert said in answer.text
    assert 'href="tel:120"' in answer.text
    assert "028-5550 0120" in answer.text


@TAKEN_AWAY
def test_F11_F12_everybody_on_call_is_paged_while_the_database_is_away(
    scene: Scene, outage_of: Outage
) -> None:
    form = scene.form()
    with outage_of(scene.runtime):
        scene.send(form)
        assert scene.path.look() == 1
        reached = {(sent.channel, sent.number) for sent in scene.gateway.sent}
    card = {
        (ring.channel, ring.number) for ring in offline_call_list.read(scene.journal)
    }
    assert reached == card
    assert len(card) > 2
    assert all("DS-007" in sent.body for sent in scene.gateway.sent)


@TAKEN_AWAY
def test_F11_F12_when_it_is_back_the_report_becomes_one_alert_that_climbs(
    scene: Scene, outage_of: Outage
) -> None:
    form = scene.form()
    with outage_of(scene.runtime):
        scene.send(form)
        scene.path.look()
    assert scene.path.look() == 0
    (version,) = scene.versions()
    assert (version.id, version.source) == (form["entry"], "journal")
    assert version.stated_at == scene.clock()
    (alert,) = scene.alerts()
    assert (alert.state, alert.tier) == ("open", "emergency")
    assert scene.pages()


@TAKEN_AWAY
def test_F11_F12_nothing_becomes_two(scene: Scene, outage_of: Outage) -> None:
    form = scene.form()
    with outage_of(scene.runtime):
        scene.send(form)
        scene.send(form)  # the phone tries again
        scene.path.look()
    scene.path.look()
    pages = len(scene.pages())
    assert scene.send(form).status_code == 303  # and again, when all is well
    scene.path.look()
    SecondPath(scene.runtime).look()  # an engine that was started anew
    assert len(scene.versions()) == len(scene.alerts()) == 1
    assert len(scene.pages()) == pages


def test_F11_a_phone_that_is_faster_than_the_journal_is_not_doubled(
    scene: Scene,
) -> None:
    form = scene.form()
    with outage.full(scene.runtime):
        scene.send(form)
    assert scene.send(form).status_code == 303
    assert scene.path.look() == 0
    assert len(scene.versions()) == len(scene.alerts()) == 1
    assert scene.gateway.sent == []


def test_F12_an_unknown_browser_is_not_written_down(scene: Scene) -> None:
    form = scene.form()
    with outage.gone(scene.runtime):
        scene.phone.delete_cookie("phone")
        answer = scene.send(form)
    assert answer.status_code == 401
    assert 'href="tel:120"' in answer.text
    assert scene.slips() == []


def test_F12_a_web_process_started_anew_knows_the_phone_by_its_hash(
    scene: Scene,
) -> None:
    form = scene.form()
    scene.app.extensions["recent_phones"].clear()
    with outage.gone(scene.runtime):
        scene.send(form)
        scene.path.look()
    (slip,) = scene.slips()
    assert slip.holder.startswith("phone:")
    assert all(slip.code in sent.body for sent in scene.gateway.sent)
    assert any(letter.isdigit() for letter in slip.code)
    scene.path.look()
    assert [alert.participant_id for alert in scene.alerts()] == [
        version.participant_id for version in scene.versions()
    ]


@pytest.mark.parametrize("known", [True, False])
def test_F12_a_page_whose_session_went_is_kept_for_whom_it_was_opened(
    scene: Scene, known: bool
) -> None:
    form = scene.marked()
    del form["csrf_token"]
    scene.phone.delete_cookie("session")
    if not known:
        scene.app.extensions["recent_phones"].clear()
    with outage.gone(scene.runtime):
        assert "NOT in our system yet" in scene.send(form).text
        assert scene.path.look() == 1
    scene.path.look()
    assert [alert.tier for alert in scene.alerts()] == ["emergency"]


@pytest.mark.parametrize("known", [True, False])
def test_F12_another_persons_page_is_written_down_for_nobody(
    scene: Scene, known: bool
) -> None:
    form = scene.marked()
    with scene.runtime.writing() as session:
        other = enrolled(session, scene.cast, "DS-008", number="13800138008").id
    theirs = arrivals.phone_visitor(scene.app, scene.runtime, other)
    if known:
        theirs.get("/diary")
    with outage.gone(scene.runtime):
        answer = theirs.post("/diary", data=form)
        assert "NOT saved" in answer.text
        assert 'href="tel:120"' in answer.text
    assert scene.slips() == []


def test_F12_a_form_that_cannot_show_that_it_is_ours_is_not_written_down(
    scene: Scene,
) -> None:
    form = scene.form()
    del form["csrf_token"]
    with outage.gone(scene.runtime):
        assert "NOT saved" in scene.send(form).text
    assert scene.slips() == []


def test_F12_a_fever_on_a_later_screen_is_kept_too(scene: Scene) -> None:
    form = scene.form()
    calm = {**form, "emerg": [], "none": "1"}
    del calm["send"]
    here = scene.send(calm).headers["Location"]
    with outage.gone(scene.runtime):
        fever = {"csrf_token": form["csrf_token"], "temp": "39.4", "note": "我叫张三"}
        scene.phone.post(here, data=fever)
        assert scene.path.look() == 1
    scene.path.look()
    assert [alert.tier for alert in scene.alerts()] == ["urgent"]
    assert len({version.entry_id for version in scene.versions()}) == 1
    assert "张三" not in Path(scene.journal).read_text("utf-8")
    assert "\\u5f20" not in Path(scene.journal).read_text("utf-8")


def test_F12_what_a_phone_kept_and_hands_in_pages_too_and_comes_in_once(
    scene: Scene,
) -> None:
    record = scene.phone.get("/offline/record").json
    assert record is not None
    at = int(scene.clock().timestamp() * 1000)
    said = {
        "entry": "6f0b7c52-2f3e-4f0c-9a38-5b8f4b7f6a99",
        "kind": "red_flags",
        "person": record["person"],
        "reporter": "self",
        "answers": {"emerg": ["seizure"]},
        "written_at": at,
        "phone_at": at,
    }
    headers = {"X-Portal": "1"}
    with outage.gone(scene.runtime):
        answer = scene.phone.post("/entries", json=said, headers=headers)
        assert (answer.status_code, answer.json) == (503, {"error": "not_saved"})
        assert scene.path.look() == 1
    assert scene.gateway.sent
    assert scene.path.look() == 0
    again = scene.phone.post("/entries", json=said, headers=headers)
    assert again.status_code == 200, "the phone keeps it until it is taken"
    assert len(scene.versions()) == len(scene.alerts()) == 1


def test_F12_a_screen_that_a_phone_kept_of_a_diary_begun_here_joins_that_diary(
    scene: Scene,
) -> None:
    form = scene.form()
    calm = {**form, "emerg": [], "none": "1"}
    del calm["send"]
    scene.send(calm)
    record = scene.phone.get("/offline/record").json
    assert record is not None
    at = int(scene.clock().timestamp() * 1000)
    said = {
        "draft": rest_of(form["entry"]),
        "kind": "screen",
        "person": record["person"],
        "reporter": "self",
        "answers": {"temp": {"value": "39.4", "unit": "C"}},
        "written_at": at,
        "phone_at": at,
    }
    headers = {"X-Portal": "1"}
    with outage.gone(scene.runtime):
        scene.phone.post("/entries", json=said, headers=headers)
        assert scene.path.look() == 1
    assert scene.path.look() == 0
    again = scene.phone.post("/entries", json=said, headers=headers)
    assert again.status_code == 200
    versions = {version.kind: version for version in scene.versions()}
    first, fever = versions["red_flags"], versions["partial"]
    assert fever.entry_id == first.entry_id, "it belongs to the diary begun before"
    assert fever.source == "journal"
    assert len(scene.versions()) == 2, "sent once more it is the same version"
    assert [alert.tier for alert in scene.alerts()] == ["urgent"]


def test_F12_a_calm_screen_wakes_nobody(scene: Scene) -> None:
    form = scene.form()
    calm = {**form, "emerg": [], "none": "1"}
    del calm["send"]
    here = scene.send(calm).headers["Location"]
    with outage.gone(scene.runtime):
        fine = {"csrf_token": form["csrf_token"], "temp": "36.6"}
        assert "NOT saved" in scene.phone.post(here, data=fine).text
        assert scene.path.look() == 0
    assert scene.gateway.sent == []


def test_F12_it_pages_again_until_somebody_says_that_they_have_it(
    scene: Scene,
) -> None:
    form = scene.form()
    round_of = len(offline_call_list.read(scene.journal))
    with outage.gone(scene.runtime):
        scene.send(form)
        for seconds, rounds in ((0, 1), (60, 1), (61, 2), (300, 3), (599, 3), (2, 4)):
            scene.clock.advance(seconds=seconds)
            scene.path.look()
            assert len(scene.gateway.sent) == rounds * round_of
        journal_file.note_taken(scene.journal, form["entry"], "Li Na")
        scene.clock.advance(minutes=11)
        assert scene.path.look() == 0
    assert len(scene.gateway.sent) == 4 * round_of


def test_F12_two_engines_and_a_moved_clock_page_once(scene: Scene) -> None:
    form = scene.form()
    with outage.gone(scene.runtime):
        scene.send(form)
        scene.path.look()
        before = len(scene.gateway.sent)
        SecondPath(scene.runtime).look()
        scene.clock.advance(seconds=-90)
        SecondPath(scene.runtime).look()
    assert len(scene.gateway.sent) == before


def test_F12_an_outage_with_many_reports_pages_no_faster_than_twice_a_minute(
    scene: Scene,
) -> None:
    form = scene.form()
    round_of = len(offline_call_list.read(scene.journal))
    with outage.gone(scene.runtime):
        for number in range(20):
            scene.send({**form, "entry": f"00000000-0000-4000-8000-{number:012}"})
            scene.path.look()
            scene.clock.advance(seconds=3)
    assert len(scene.gateway.sent) == 2 * round_of


def test_F13_a_report_is_in_the_journal_before_the_phone_is_told(scene: Scene) -> None:
    form = scene.form()
    assert scene.send(form).status_code == 303
    (slip,) = scene.slips()
    assert (slip.id, slip.stored) == (form["entry"], True)
    text = Path(scene.journal).read_text()
    assert "13800138007" not in text
    assert scene.path.look() == 0
    assert scene.gateway.sent == []


def test_F13_a_line_that_a_power_cut_tore_spoils_no_other(scene: Scene) -> None:
    scene.send(scene.form())
    with Path(scene.journal).open("a") as file:
        file.write('{"line": "report", "id": "0000')
    assert len(scene.slips()) == 1


def test_F12_an_engine_that_cannot_start_pages_before_it_ends(
    scene: Scene, tmp_path: Path
) -> None:
    form = scene.form()
    with provider.running() as server, outage.gone(scene.runtime):
        scene.send(form)
        settings = {
            "PORTAL_DATABASE_URL": scene.runtime.database.url,
            "PORTAL_RED_FLAG_JOURNAL": scene.journal,
            "PORTAL_GATEWAY": "twilio",
            "PORTAL_TWILIO_API_BASE": server.url,
            "TWILIO_ACCOUNT_SID": server.sid,
            "TWILIO_AUTH_TOKEN": server.token,
            "TWILIO_FROM": SENDER,
        }
        said = tmp_path / "said"
        with running("scheduler", output=said, settings=settings) as engine:
            assert engine.wait() == 1, engine.said()
        assert "does not answer" in said.read_text()
        reached = {item.to for item in server.sent()}
    card = offline_call_list.read(scene.journal)
    assert reached == {r.number for r in card if r.channel != "email"}


def test_F11_a_running_engine_pages_and_brings_it_in_by_itself(scene: Scene) -> None:
    form = scene.form()
    engine = Engine(scene.runtime)
    engine.start()
    try:
        with outage.full(scene.runtime):
            scene.send(form)
            until(lambda: bool(scene.gateway.sent), "a direct page")
        until(lambda: len(scene.alerts()) == 1, "the alert")
        until(
            lambda: {page.state for page in scene.pages()} == {"accepted"},
            "the ladder's own pages",
        )
    finally:
        engine.stop()
    assert len(scene.versions()) == 1


def lost(scene: Scene, form: dict[str, object], who: str) -> JournaledReport:
    """A report that was stored after the backup: the journal has it, this does not."""
    slip = JournaledReport(
        id=str(form["entry"]),
        at=scene.clock.advance(hours=-3),
        kind="red_flags",
        answers={"emerg": ["breathing"], "reporter": "self"},
        reporter="self",
        language="zh",
        holder=who,
        stored=True,
    )
    scene.clock.advance(hours=3)
    journal_file.note(scene.journal, slip)
    return slip


def test_F48_a_report_made_after_the_backup_is_an_alert_again_and_pages_in_hold(
    scene: Scene,
) -> None:
    form = scene.form()
    with scene.runtime.writing() as session:
        restoring.mark_restored(
            session, backup_at=None, sent=[], now=scene.runtime.now()
        )
        participant = enrolled(session, scene.cast, "DS-008", number="13800138008")
    scene.clock.advance(minutes=1)
    slip = lost(scene, form, f"person:{participant.id}::DS-008")
    assert scene.path.look() == 0
    (version,) = scene.versions()
    assert (version.id, version.stated_at) == (slip.id, slip.at)
    assert {page.state for page in scene.pages()} == {"queued"}


def test_F48_somebody_this_database_does_not_know_is_paged_about_and_never_dropped(
    scene: Scene,
) -> None:
    form = scene.form()
    lost(scene, form, "person:1::XX-999")  # that number is somebody else here
    assert scene.path.look() == 1
    assert all("XX-999" in sent.body for sent in scene.gateway.sent)
    assert scene.gateway.sent
    assert scene.versions() == []


def test_F49_a_copy_pages_nobody_from_the_journal(scene: Scene) -> None:
    form = scene.form()
    with scene.runtime.writing() as session:
        restoring.settle_here(session, now=scene.runtime.now())
        session.get_one(Home, 1).place = "elsewhere"
    lost(scene, form, "person:1::XX-999")
    assert scene.path.look() == 1
    assert scene.gateway.sent == []


def test_what_is_on_the_card_is_ours_alone_and_names_nobody_followed_up(
    scene: Scene,
) -> None:
    path = offline_call_list.path_of(scene.journal)
    assert path.stat().st_mode & 0o077 == 0
    assert "13800138007" not in path.read_text()


def test_a_journal_that_cannot_be_written_is_said_not_to_have_kept_anything(
    scene: Scene,
) -> None:
    form = scene.form()
    Path(scene.journal).unlink(missing_ok=True)
    Path(scene.journal).mkdir()
    with outage.full(scene.runtime):
        answer = scene.send(form)
    assert answer.status_code == 503
    assert "NOT saved" in answer.text
    assert scene.send(form).status_code == 303  # the journal alone stops nothing
