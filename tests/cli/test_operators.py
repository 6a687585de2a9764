"""The operators' commands: what they do, what they print, how they refuse."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from portal import study_versions
from portal.cli import COMMANDS, SUMMARIES, cli
from portal.db.tables.people import Staff, StudyVersion
from portal.engine import beats
from portal.operating import sites
from portal.people import rota
from portal.protocol.calendar import study_days
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.file.toml_tables import KeyFault
from portal.runtime import Runtime
from portal.study_files import study_text
from tests.support.clock import START, real_now
from tests.support.pharmacy import PHARMACY
from tests.support.settings import SECRET, settings_for

PASSWORD = "four words do well"
FEVER = '{"emerg": [], "temp": {"value": "38.0", "unit": "C"}}'
Command = Callable[..., Result]


@pytest.fixture
def portal(database_url: str) -> Command:
    """Runs a command on this test's database."""
    environment = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_ADMIN_PASSWORD": PASSWORD,
        "PORTAL_STAFF_PASSWORD": PASSWORD,
    }

    def run(*words: str, told: str | bytes | None = None, **changed: str) -> Result:
        return CliRunner().invoke(
            cli, words, input=told, env={**environment, **changed}
        )

    return run


@pytest.fixture
def ready(portal: Command) -> Command:
    """A portal with a nurse on call and DS-007 at home."""
    today = study_days.local_date(START, "Asia/Shanghai")
    d0, home = today - timedelta(days=20), today - timedelta(days=12)
    done(portal("init"))
    nurse = ("staff", "add", "lin", "--role", "nurse", "--number", "19900000001")
    done(portal(*nurse, "--duty", "nurse"))
    someone = ("participant", "add", "ds-007", "--number", "199 0000 0107")
    dates = ("--d0", str(d0), "--discharged-on", str(home))
    signed = f"{d0 - timedelta(days=2)}T10:00"
    consent = ("--consent-version", "1.0", "--consented-at", signed)
    done(portal(*someone, *dates, *consent))
    return portal


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    """The one sentence of a refusal: on stderr, exit status 1, no traceback."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def printed(result: Result) -> Any:
    return json.loads(done(result))


def test_every_command_has_its_line_and_its_help_an_example() -> None:
    assert COMMANDS.keys() == SUMMARIES.keys()
    runner = CliRunner()
    for words in (
        *([name] for name in COMMANDS),
        ["staff", "add"],
        ["participant", "add"],
        ["participant", "admit"],
        ["participant", "discharge"],
        ["diary", "submit"],
        ["alert", "ack"],
        ["alert", "close"],
    ):
        told = runner.invoke(cli, [*words, "--help"])
        assert told.exit_code == 0
        assert "Example:" in told.output, words


@pytest.mark.smoke
def test_days_in_hospital_are_said_and_put_right_by_hand(ready: Command) -> None:
    today = study_days.local_date(START, "Asia/Shanghai")
    d0, home = today - timedelta(days=20), today - timedelta(days=12)
    again = home + timedelta(days=1)
    code = ("participant", "discharge", "ds-007")
    first = {"admitted": str(d0), "discharged": str(home), "here_on": None}
    assert "no stay that can end" in refused(portal_says(ready, *code, again))
    right = printed(portal_says(ready, *code, again, "--correct", "--json"))
    first["discharged"] = str(again)
    assert right == {"code": "DS-007", "today": "home", "stays": [first]}
    open_again = printed(ready(*code, "--not-home", "--json"))
    assert open_again["today"] == "unknown"
    still = printed(ready("participant", "admit", "DS-007", "--json"))
    assert (still["today"], still["stays"][0]["here_on"]) == ("ward", str(today))
    assert "at home" in done(ready(*code))
    told = refused(ready("participant", "admit", "DS-099"))
    assert "There is no participant DS-099." in told


def portal_says(ready: Command, *words: object) -> Result:
    """A command about a day, which is its fourth word."""
    code, on, rest = words[:3], words[3], words[4:]
    return ready(*map(str, code), "--on", str(on), *map(str, rest))


def test_an_example_is_a_command_that_a_shell_takes_whole() -> None:
    told = CliRunner().invoke(cli, ["participant", "add", "--help"]).output
    example = told.split("Example:")[1].split("\n\n")[0].replace("\\\n", "")
    assert shlex.split(example)[:4] == ["./run", "portal", "participant", "add"]
    assert shlex.split(example)[-2:] == ["--consented-at", "2026-03-02T10:00"]
    assert "python -m" not in told


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    file = tmp_path / "portal.db"
    settings = {"PORTAL_DATABASE_URL": f"sqlite:///{file}"}
    for words in (["golive"], ["alerts"], ["reminders", "preview", "DS-007"]):
        told = CliRunner(env=settings).invoke(cli, words)
        assert told.exit_code == 1
        assert f"There is no database at {file}." in told.stderr
        assert not file.exists()


@pytest.mark.smoke
def test_init_makes_study_site_and_administrator_once(
    portal: Command, runtime: Runtime
) -> None:
    first = done(portal("init", "--duty-line", "028 5550 0199"))
    assert "NOT approved" in first
    again = done(portal("init", PORTAL_ADMIN_PASSWORD=""))
    assert again.count("there already") == 3
    with runtime.reading() as session:
        (admin,) = session.query(Staff).all()
        assert (admin.username, admin.role) == ("admin", "admin")
        assert session.query(StudyVersion).count() == 1


def test_init_without_a_password_makes_nothing(
    portal: Command, runtime: Runtime
) -> None:
    assert "PORTAL_ADMIN_PASSWORD" in refused(portal("init", PORTAL_ADMIN_PASSWORD=""))
    with runtime.reading() as session:
        assert session.query(StudyVersion).count() == 0


def test_init_names_the_faults_of_a_study_and_does_not_install_it(
    portal: Command, runtime: Runtime, tmp_path: Path
) -> None:
    text = study_text("dcar-sle").replace('advice = "M-R"', 'advice = "M-X"')
    file = tmp_path / "faulty.toml"
    file.write_text(text, encoding="utf-8")
    told = portal("init", "--study", str(file))
    assert told.exit_code == 1
    assert "is not installed" in told.stderr
    assert 'tier.routine.advice: there is no message "M-X".' in told.stderr
    with runtime.reading() as session:
        assert session.query(StudyVersion).count() == 0


def test_init_leaves_a_study_that_was_kept_under_fewer_demands(
    portal: Command, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(portal("init"))
    later = (KeyFault("groups", "a demand of a later day."),)
    monkeypatch.setattr(sites, "faults", lambda _study: later)
    assert done(portal("init")).count("there already") == 3
    with runtime.reading() as session:
        assert session.query(StudyVersion).count() == 1


def test_init_keeps_one_text_under_one_version(
    portal: Command, runtime: Runtime, tmp_path: Path
) -> None:
    done(portal("init"))
    text = study_text("dcar-sle")
    file = tmp_path / "changed.toml"
    file.write_text(text.replace("028-5550 0120", "028-5550 0121"), encoding="utf-8")
    told = refused(portal("init", "--study", str(file)))
    assert "is installed with a different text. Raise the version" in told
    with runtime.reading() as session:
        assert session.query(StudyVersion).count() == 1


def test_a_weak_password_or_a_wrong_number_is_a_sentence(ready: Command) -> None:
    who = ("staff", "add", "tang", "--role", "nurse")
    assert "12 characters" in refused(ready(*who, PORTAL_STAFF_PASSWORD="short"))
    assert "telephone" in refused(ready(*who, "--number", "12"))
    assert "--number" in refused(ready(*who, "--duty", "nurse"))
    taken = ("participant", "add", "DS-007", "--number", "19900000108")
    signed = ("--consent-version", "1.0", "--consented-at", "2026-03-09T10:00")
    assert "taken" in refused(ready(*taken, "--d0", "2026-03-10", *signed))
    day = ready(*taken, "--d0", "2026-13-40", *signed)
    assert "2026-13-40" in refused(day)
    early = refused(ready(*taken, "--d0", "2026-03-08", *signed))
    assert "This is after D0" in early


def test_staff_added_with_a_duty_is_on_call(ready: Command, runtime: Runtime) -> None:
    with runtime.reading() as session:
        lin = session.query(Staff).filter_by(username="lin").one()
        on_call = rota.on_call(session, lin.site_id, "nurse", now=real_now())
    assert [staff.username for staff in on_call] == ["lin"]


def test_a_duty_on_the_command_line_is_one_of_the_studies(
    ready: Command, runtime: Runtime
) -> None:
    who = ("staff", "add", "tang", "--role", "nurse", "--number", "19900000002")
    said = refused(ready(*who, "--duty", "pharmacist"))
    assert 'no duty "pharmacist"' in said
    assert "nurse, doctor, second_doctor, investigator, coordinator" in said
    with runtime.writing() as session:
        study = read_study(PHARMACY)
        study_versions.install(session, study, PHARMACY, now=real_now())
    assert "on call as pharmacist" in done(ready(*who, "--duty", "pharmacist"))


@pytest.mark.smoke
def test_a_fever_handed_in_is_listed_acknowledged_and_closed(ready: Command) -> None:
    said = printed(ready("diary", "submit", "ds-007", "--json", told=FEVER))
    assert (said["tier"], said["ack_minutes"]) == ("urgent", 15)
    assert said["findings"] == [{"rule": "T10", "tier": "urgent"}]
    code = said["alert"]["code"]
    (listed,) = printed(ready("alerts", "--json"))
    assert (listed["code"], listed["participant"]) == (code, "DS-007")
    assert (listed["state"], listed["acked_by"]) == ("open", None)
    taken = printed(ready("alert", "ack", code.lower(), "--as", "lin", "--json"))
    assert (taken["state"], taken["by"]) == ("acked", "lin")
    closing = ("alert", "close", str(said["alert"]["id"]), "--as", "LIN")
    outcome = ("--outcome", "spoke", "--reason", "Seen on the ward")
    done(ready(*closing, *outcome))
    assert "closed" in refused(ready(*closing, *outcome))
    assert printed(ready("alerts", "--json")) == []
    (closed,) = printed(ready("alerts", "--all", "--json"))
    assert closed["outcome"] == "spoke"


def test_a_monitor_neither_acknowledges_nor_closes_an_alert(ready: Command) -> None:
    done(ready("staff", "add", "wei", "--role", "monitor"))
    said = printed(ready("diary", "submit", "DS-007", "--json", told=FEVER))
    number = str(said["alert"]["id"])
    refusal = "Your role may not acknowledge or close an alert."
    assert refusal in refused(ready("alert", "ack", number, "--as", "wei"))
    closing = ("alert", "close", number, "--as", "wei", "--outcome", "spoke")
    assert refusal in refused(ready(*closing, "--reason", "Looked at it"))
    (left,) = printed(ready("alerts", "--json"))
    assert (left["state"], left["acked_by"]) == ("open", None)


@pytest.mark.smoke
def test_the_tables_for_people_name_the_participant_and_hide_the_number(
    ready: Command,
) -> None:
    assert "No alert is open." in done(ready("alerts"))
    done(ready("diary", "submit", "DS-007", told=FEVER))
    assert "DS-007" in done(ready("alerts"))
    listed = done(ready("messages"))
    assert "staff_alert" in listed
    assert "+86…01" in listed
    assert "19900000001" not in listed


def test_the_same_diary_again_opens_nothing_more(ready: Command) -> None:
    same = ("--id", "0e7e1a2c-8b1f-4f0a-9d51-1f6d1a3f6a10", "--json")
    first = printed(ready("diary", "submit", "DS-007", *same, told=FEVER))
    again = printed(ready("diary", "submit", "DS-007", *same, told=FEVER))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["alert"] == first["alert"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a JSON object"),
        ('{"emerg": [], "note": NaN}', "note"),
        ('{"emerg": [], "mood": 1}', "mood"),
        ('{"emerg": [], "chills": true}', "chills"),
        ('{"emerg": [], "note": "a", "note": "b"}', '"note" twice'),
        (b"\xff\xfe", "UTF-8"),
        ("", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_answers_that_cannot_be_read_are_refused_by_name(
    ready: Command, told: str | bytes, says: str
) -> None:
    assert says in refused(ready("diary", "submit", "DS-007", told=told))


def test_a_key_given_twice_never_loses_a_red_flag(ready: Command) -> None:
    twice = (
        '{"emerg": ["seizure"], "emerg": [], "temp": {"value": "36.6", "unit": "C"}}'
    )
    told = ready("diary", "submit", "DS-007", "--json", told=twice)
    said = json.loads(told.stdout)
    assert said["tier"] == "emergency"
    assert said["faults"][0] == {"field": "emerg", "problem": "stands twice"}
    assert [alert["tier"] for alert in printed(ready("alerts", "--json"))] == [
        "emergency"
    ]


def test_a_red_flag_beside_a_wrong_field_is_kept_and_the_field_named(
    ready: Command,
) -> None:
    told = ready(
        "diary", "submit", "DS-007", told='{"emerg": ["chest_pain"], "mood": 1}'
    )
    assert told.exit_code == 0
    assert "emergency" in told.stdout
    assert "mood" in told.stderr


def test_who_does_not_exist_is_a_sentence(ready: Command) -> None:
    assert "DS-999" in refused(ready("diary", "submit", "DS-999", told=FEVER))
    assert "alert 99" in refused(ready("alert", "ack", "99", "--as", "lin"))
    done(ready("diary", "submit", "DS-007", told=FEVER))
    assert "member of staff" in refused(ready("alert", "ack", "1", "--as", "nobody"))
    assert "no such message" in refused(ready("messages", "--why", "77"))


def test_why_says_that_nobody_sends(ready: Command, runtime: Runtime) -> None:
    done(ready("diary", "submit", "DS-007", told=FEVER))
    first = min(message["id"] for message in printed(ready("messages", "--json")))
    told = done(ready("messages", "--why", str(first)))
    assert "to lin (nurse) at +86…01" in told
    assert "no engine has ever run" in told
    assert "never handed to a provider" in told
    with runtime.writing() as session:
        beats.beat(session, "engine", acting=True, real_now=real_now())
    assert "the engine runs" in done(ready("messages", "--why", str(first)))


def test_why_says_that_it_was_no_longer_wanted(ready: Command) -> None:
    said = printed(ready("diary", "submit", "DS-007", "--json", told=FEVER))
    done(ready("alert", "ack", said["alert"]["code"], "--as", "lin"))
    (first, *_rest) = printed(ready("messages", "--state", "cancelled", "--json"))
    why = printed(ready("messages", "--why", str(first["id"]), "--json"))["why"]
    assert "It did not go out: it was no longer wanted." in why
    assert "Reason: acknowledged." in why


@pytest.mark.smoke
def test_a_database_that_was_never_migrated_says_what_to_type(
    portal: Command, empty_database_url: str
) -> None:
    said = refused(portal("alerts", PORTAL_DATABASE_URL=empty_database_url))
    assert "portal migrate" in said
    done(portal("migrate", PORTAL_DATABASE_URL=empty_database_url))
    done(portal("alerts", PORTAL_DATABASE_URL=empty_database_url))


def test_production_without_a_secret_is_refused_before_anything_opens(
    portal: Command,
) -> None:
    said = refused(portal("serve", PORTAL_MODE="production", PORTAL_SECRET_KEY="x"))
    assert "PORTAL_SECRET_KEY" in said
    assert settings_for("sqlite://").mode == "development"
