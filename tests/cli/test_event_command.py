"""``participant event`` asks who says so, and records the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result

from portal import audit
from portal.cli import cli
from portal.people.accounts import accounts
from portal.runtime import Runtime
from tests.support.vaccine import Clinic, clinic

PASSWORD = "four words do well"
TODAY = date(2026, 3, 12)


@pytest.fixture
def found(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setenv("PORTAL_DATABASE_URL", runtime.settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", runtime.settings.secret_key)
    found = clinic(runtime, TODAY - timedelta(days=30))
    with runtime.writing() as session:
        accounts.set_password(
            session,
            found.staff_id,
            PASSWORD,
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return found


def run(*words: str, password: str = PASSWORD) -> Result:
    command = ["participant", "event", "VX-001", *words, "--by", "coordinator"]
    return CliRunner().invoke(cli, command, input=f"{password}\n")


@pytest.mark.smoke
def test_it_records_the_day_and_says_the_phase(found: Clinic) -> None:
    told = run("dose2", str(TODAY))
    assert told.exit_code == 0, told.output
    assert f"VX-001: dose2 {TODAY}. Phase: dose2." in told.output
    assert found.phase() == "dose2"
    back = run("dose2", "none", "--why", "not given")
    assert "VX-001: dose2 has not happened. Phase: between." in back.output


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("dose2", str(TODAY)), "wrong", "do not match"),
        (("dose2", "2026-13-40"), PASSWORD, "2026-13-40"),
        (("dose3", str(TODAY)), PASSWORD, "no such event"),
    ],
)
def test_a_refusal_is_a_sentence_and_changes_nothing(
    found: Clinic, words: tuple[str, str], password: str, said: str
) -> None:
    told = run(*words, password=password)
    assert told.exit_code == 1
    assert said in told.stderr
    assert found.phase() == "between"
