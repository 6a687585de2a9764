"""``golive`` as an operator meets it: what it prints, how it ends, how one mends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from portal.cli import cli
from portal.cli.running.operating import zone_data
from portal.db.tables.audit import Audit
from portal.db.tables.people import Contact, Site, Staff
from portal.runtime import Runtime
from tests.support.clock import CLOCK_FILE
from tests.support.settings import SECRET

PASSWORD = "four words do well"
Command = Callable[..., Result]


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Command:
    environment = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_ADMIN_PASSWORD": PASSWORD,
        "PORTAL_STAFF_PASSWORD": PASSWORD,
        CLOCK_FILE: str(tmp_path / "clock"),  # the database's: the two are compared
    }
    (tmp_path / "clock").write_text("0", "ascii")

    def run(*words: str, **changed: str) -> Result:
        return CliRunner().invoke(cli, words, env={**environment, **changed})

    assert run("init").exit_code == 0
    return run


def errors(portal: Command) -> list[str]:
    printed = json.loads(portal("golive", "--json").output)
    return [
        fault["check"] for fault in printed["faults"] if fault["severity"] == "error"
    ]


@pytest.mark.smoke
def test_a_new_portal_is_not_ready_and_becomes_so_by_the_commands_it_names(
    portal: Command,
) -> None:
    first = portal("golive")
    assert first.exit_code == 1
    assert "Not ready" in first.output
    assert "./run portal site set --catch-all NUMBER" in first.output
    assert set(errors(portal)) == {"rota", "duty line", "catch-all"}
    numbers = ("--duty-line", "028-88880000", "--catch-all", "13900000009")
    assert portal("site", "set", *numbers).exit_code == 0
    duties = ("nurse", "doctor", "second_doctor", "investigator")
    for place, duty in enumerate(duties):
        number = f"1390000000{place}"
        added = ("staff", "add", duty, "--role", "nurse", "--number", number)
        assert portal(*added, "--duty", duty).exit_code == 0
    assert errors(portal) == []
    last = portal("golive")
    assert last.exit_code == 0, last.output
    assert last.output.endswith("Ready.\n")


def test_the_json_says_whether_it_is_ready_and_why_not(portal: Command) -> None:
    result = portal("golive", "--json")
    printed = json.loads(result.output)
    assert (result.exit_code, printed["ready"]) == (1, False)
    assert set(printed["faults"][0]) == {"severity", "check", "sentence"}


def test_it_looks_even_where_the_portal_would_not_start(portal: Command) -> None:
    """An unsigned study behind a real provider: the very thing it is asked about."""
    twilio = {
        "PORTAL_GATEWAY": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "x" * 32,
        "TWILIO_FROM": "+12025550123",
    }
    printed = portal("golive", **twilio)
    assert printed.exit_code == 1
    assert "not approved" in printed.output


@pytest.mark.smoke
def test_it_changes_nothing(portal: Command, runtime: Runtime) -> None:
    def trail() -> int:
        with runtime.reading() as session:
            return len(session.scalars(select(Audit)).all())

    before = trail()
    portal("golive")
    assert trail() == before


def test_a_colleague_is_paged_where_the_operator_says(
    portal: Command, runtime: Runtime
) -> None:
    address = ("--email", "duty@hospital.example", "--number", "13900000008")
    assert portal("staff", "contact", "ADMIN", *address).exit_code == 0
    assert portal("staff", "contact", "admin", *address).exit_code == 0
    with runtime.reading() as session:
        rows = session.scalars(select(Contact).order_by(Contact.kind)).all()
        assert [(row.kind, row.value, row.version) for row in rows] == [
            ("email", "duty@hospital.example", 1),
            ("mobile", "+8613900000008", 1),
        ]
        assert all(row.verified_at for row in rows)


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "contact", "admin"),
        ("staff", "contact", "admin", "--email", "a b@c.example"),
        ("staff", "contact", "admin", "--email", "nobody"),
        ("staff", "contact", "admin", "--number", "12"),
        ("staff", "contact", "stranger", "--email", "a@b.example"),
        ("staff", "reset-second-factor", "stranger"),
        ("site", "set"),
        ("site", "set", "--card", "name", "--site", "nowhere"),
        ("site", "set", "--duty-line", "ring us"),
        ("site", "set", "--catch-all", "12", "--site", "SITE-1"),
        ("site", "set", "--catch-all", "13900000009", "--site", "nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    portal: Command, runtime: Runtime, words: tuple[str, ...]
) -> None:
    result = portal(*words)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    with runtime.reading() as session:
        assert session.scalars(select(Contact)).all() == []
        assert session.scalars(select(Site.duty_line)).one() == "028-5550 0120"


def test_an_operator_opens_the_door_for_the_only_administrator(
    portal: Command, runtime: Runtime
) -> None:
    with runtime.writing() as session:
        admin = session.scalars(select(Staff)).one()
        admin.totp_secret, admin.totp_since = "sealed", runtime.now()
    assert portal("staff", "reset-second-factor", "admin").exit_code == 0
    with runtime.reading() as session:
        assert session.scalars(select(Staff.totp_secret)).one() is None
        last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert last is not None
        assert (last.act, last.actor_kind) == ("staff.second_factor_reset", "operator")


def test_the_version_of_the_zone_data_begins_with_a_year() -> None:
    assert int(zone_data()[:4]) > 2020


def test_an_operator_chooses_what_heads_the_treatment_cards(
    portal: Command, runtime: Runtime
) -> None:
    def shown() -> str:
        with runtime.reading() as session:
            return session.scalars(select(Site.card_shows)).one()

    assert shown() == "code"
    assert portal("site", "set", "--card", "name").exit_code == 0
    assert shown() == "name"
    assert portal("site", "set", "--card", "number").exit_code == 2
    assert shown() == "name"
