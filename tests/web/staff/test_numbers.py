"""A number is read as it stands or refused by its character, and read back before it is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.cli import cli
from portal.db.tables.access import Challenge
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Contact, Participant, Site
from portal.protocol.calendar import study_days
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.settings import SECRET
from tests.support.web import Visitor
from tests.web.staff.test_staff import ENROLMENT

ASKED = re.compile(r'name="asked" value="([^"]+)"')
READ_BACK = "We read this number as +86\u00a0139\u00a08000\u00a01234."
FORMS = {
    "enrolment": ("/staff/enrol", ENROLMENT),
    "caregiver": ("/staff/participants/DS-007/caregiver", ENROLMENT),
    "change": (
        "/staff/participants/DS-007/contacts",
        {"act": "number", "caregiver": "", "verified": "1", "lost": "1"},
    ),
}
TYPED = "(+86) 139-8000–1234"
WRONG = [("138oo138ooo", "o"), ("13800138ABC", "A"), ("13980001234 微信", "微")]


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def coordinator(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    with runtime.writing() as session:
        enrolled(session, people)
    return arrivals.staff_visitor(app, runtime, people.here["coordinator"])


def numbers(runtime: Runtime) -> list[str | None]:
    with runtime.reading() as session:
        query = select(Contact.value).where(
            Contact.kind == "mobile", Contact.retired_at.is_(None)
        )
        return list(session.scalars(query))


def send(visitor: Visitor, form: str, number: str, **more: Any) -> TestResponse:
    path, fields = FORMS[form]
    return visitor.submit(path, {**fields, "asked": "", "number": number, **more})


@pytest.mark.smoke
@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_read_back_before_it_is_kept(
    coordinator: Visitor, runtime: Runtime, form: str
) -> None:
    before = numbers(runtime)
    first = send(coordinator, form, TYPED)
    assert first.status_code == 400
    assert READ_BACK in first.text
    assert f'value="{TYPED}"' in first.text
    assert numbers(runtime) == before, "nothing is kept before it was compared"
    [asked] = [value for value in ASKED.findall(first.text) if value]
    assert asked == f"number={TYPED}"
    other = send(coordinator, form, "139 8000 1235", asked=asked)
    assert "+86\u00a0139\u00a08000\u00a01235" in other.text
    assert numbers(runtime) == before, "another number is read back anew"
    saved = send(coordinator, form, TYPED, asked=asked)
    assert saved.status_code == 303
    assert "+8613980001234" in numbers(runtime)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("typed", "named"), WRONG)
def test_what_is_no_number_is_refused_by_its_character_in_the_readers_language(
    coordinator: Visitor,
    runtime: Runtime,
    people: Cast,
    form: str,
    typed: str,
    named: str,
) -> None:
    before = numbers(runtime)
    asked = f"number={typed}"  # even where somebody says that it was read back
    refused = send(coordinator, form, typed, asked=asked)
    assert refused.status_code == 400
    assert f"“{named}” cannot be in a telephone number" in refused.text
    with runtime.writing() as session:
        session.merge(people.here["coordinator"]).language = "zh"
    refused = send(coordinator, form, typed, asked=asked)
    assert f"电话号码里不能有“{named}”" in refused.text
    assert numbers(runtime) == before


@pytest.mark.parametrize("form", FORMS)
def test_the_marks_of_an_address_book_are_no_part_of_a_number(
    coordinator: Visitor, runtime: Runtime, form: str
) -> None:
    pasted = "\u202a+86 139\u00a08000\u200b1234\ufe0d\u180e\u202c"
    read = send(coordinator, form, pasted)
    assert READ_BACK in read.text
    [asked] = [value for value in ASKED.findall(read.text) if value]
    assert send(coordinator, form, pasted, asked=asked).status_code == 303
    assert "+8613980001234" in numbers(runtime)


@pytest.mark.parametrize("form", FORMS)
def test_a_number_that_is_too_long_is_never_cut_to_another(
    coordinator: Visitor, runtime: Runtime, form: str
) -> None:
    before = numbers(runtime)
    for blanks in (29, 49, 50, 51, 60):
        typed = "13980001234" + " " * blanks + "5"
        send(coordinator, form, typed, asked=f"number={typed[:60]}")
    assert numbers(runtime) == before


def test_the_ticks_of_a_change_stand_when_the_number_is_read_back(
    coordinator: Visitor,
) -> None:
    page = send(coordinator, "change", TYPED).text
    assert re.search(r'id="verified-0"[^>]* checked', page)
    assert re.search(r'id="lost-0"[^>]* checked', page)
    assert "<details open><summary>Change the number" in page
    both = coordinator.submit(
        FORMS["change"][0], {"act": "number", "caregiver": "", "number": TYPED}
    ).text
    assert READ_BACK in both
    assert "Phone the number first" in both


def test_a_read_back_and_what_else_is_wrong_are_told_together(
    coordinator: Visitor, runtime: Runtime
) -> None:
    for form in ("enrolment", "caregiver"):
        both = send(coordinator, form, TYPED, consented_at="now")
        assert READ_BACK in both.text
        assert "Choose day and time." in both.text
    with runtime.reading() as session:
        assert session.scalar(select(func.count(Participant.id))) == 1
        assert session.scalar(select(func.count(Caregiver.id))) == 0


@pytest.mark.parametrize(("typed", "named"), WRONG)
def test_a_sign_in_code_goes_to_no_number_that_nobody_typed(
    client: Visitor, runtime: Runtime, people: Cast, typed: str, named: str
) -> None:
    refused = client.submit("/sign-in", {"number": typed})
    assert refused.status_code == 400
    assert f"电话号码里不能有“{named}”" in refused.text
    assert f'value="{typed}"' in refused.text
    with runtime.reading() as session:
        assert session.scalar(select(func.count(Challenge.id))) == 0
        assert session.scalar(select(func.count(Message.id))) == 0


def command(url: str, *words: str) -> tuple[int, str]:
    environment = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_ADMIN_PASSWORD": "four words do well",
        "PORTAL_STAFF_PASSWORD": "four words do well",
    }
    done = CliRunner().invoke(cli, words, env=environment)
    return done.exit_code, done.output


def test_the_commands_print_a_number_back(database_url: str) -> None:
    def said(*words: str) -> str:
        code, output = command(database_url, *words)
        assert code == 0, output
        return output

    assert "+86 139 0000 0009" in said("init", "--catch-all", "139.0000.0009")
    nurse = said("staff", "add", "lin", "--role", "nurse", "--number", "19900000001")
    assert "(+86 199 0000 0001)" in nurse
    contact = said("staff", "contact", "lin", "--number", "１９９ 0000 0002")
    assert "(+86 199 0000 0002)" in contact
    changed = said("site", "set", "--duty-line", "（０２８）8542—1234")
    assert "(+86 28 8542 1234)" in changed
    today = study_days.local_date(START, "Asia/Shanghai")
    d0, signed = today - timedelta(days=20), today - timedelta(days=22)
    someone = said(
        *("participant", "add", "ds-007", "--number", "199 0000 0107"),
        *("--d0", str(d0), "--consent-version", "1.0"),
        *("--consented-at", f"{signed}T10:00"),
    )
    assert "(+86 199 0000 0107)" in someone


def test_a_duty_line_with_an_extension_is_refused_and_one_in_full_width_can_be_dialled(
    database_url: str, runtime: Runtime
) -> None:
    assert command(database_url, "init")[0] == 0
    code, output = command(
        database_url, "site", "set", "--duty-line", "028-8542 1234 转 5"
    )
    assert code != 0
    assert "From “转” on, this is an extension" in output
    assert "Give a number that works without it." in output
    assert (
        command(database_url, "site", "set", "--duty-line", "（０２８）8542—1234")[0]
        == 0
    )
    with runtime.reading() as session:
        assert session.scalars(select(Site)).one().duty_line == "(028)8542-1234"
