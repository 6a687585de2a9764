"""Backups: encrypted, proved readable, restored into a hold, on both databases."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from portal.cli import cli
from portal.db import copies
from portal.db.copies import CannotCopy
from portal.db.tables.outbox import Message
from portal.delivery.sending import send_journal
from portal.delivery.sending.send_journal import JournalLine
from portal.engine import holds
from portal.operating import backups
from portal.runtime import Runtime
from tests.support.databases import Databases, PostgresqlDatabases
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.settings import SECRET, settings_for
from tests.support.waiting import rest

KEY = "a-key-for-tests-only-0123456789"
TRUE_COST = backups.COST
Command = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quick_to_derive(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key costs a test next to nothing."""
    monkeypatch.setattr(backups, "COST", 2)


@pytest.fixture
def tools(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools of the version of the tests' server."""
    if isinstance(databases, PostgresqlDatabases):
        program = os.readlink(f"/proc/{databases.pid}/exe")
        monkeypatch.setenv("PORTAL_PG_BIN", str(Path(program).parent))


@pytest.fixture
def runtime(database_url: str, tools: None) -> Iterator[Runtime]:
    """On the real clock, as commands are."""
    opened = Runtime(settings_for(database_url))
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = build(runtime)
    made.page()
    made.reminder("D:1")
    return made


@pytest.fixture
def target_url(empty_database_url: str) -> str:
    """Where nothing is yet."""
    return empty_database_url


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Command:
    """Runs a command, on this test's database unless told otherwise."""
    (tmp_path / "key").write_text(KEY)
    environment = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_BACKUP_KEY_FILE": str(tmp_path / "key"),
        "PORTAL_JOURNAL": str(tmp_path / "journal"),
    }

    def run(*words: str, **changed: str) -> Result:
        return CliRunner().invoke(cli, words, env=environment | changed)

    return run


@pytest.fixture
def made(portal: Command, world: World, tmp_path: Path) -> Path:
    """A backup of the world."""
    file = tmp_path / "night.backup"
    done(portal("backup", str(file)))
    return file


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result, word: str) -> None:
    assert result.exit_code == 1, result.output
    assert word in result.output
    assert "Traceback" not in result.output


def messages(url: str) -> dict[str, str]:
    """State by key."""
    opened = Runtime(settings_for(url))
    with opened.reading() as session:
        rows = session.execute(select(Message.dedupe_key, Message.state)).all()
    opened.close()
    return {row[0]: row[1] for row in rows}


def is_held(url: str) -> bool:
    opened = Runtime(settings_for(url))
    with opened.reading() as session:
        held = holds.standing(session).held
    opened.close()
    return held


def test_a_backup_is_encrypted_dear_to_guess_and_ours_alone(made: Path) -> None:
    assert TRUE_COST >= 2**15
    content = made.read_bytes()
    for secret in (NURSE_NUMBER.encode(), b"DS-007", b"participant", b"SQLite format"):
        assert secret not in content
    assert made.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in made.parent.iterdir()) == ["key", made.name]


@pytest.mark.smoke
def test_F48_a_restored_portal_holds_what_was_queued_until_it_is_released(
    portal: Command, made: Path, target_url: str, world: World, tmp_path: Path
) -> None:
    sent = JournalLine(datetime(2026, 3, 12, tzinfo=UTC), "reminder", "D:1")
    send_journal.note(str(tmp_path / "journal"), sent, sent.at)
    began = time.monotonic()
    said = done(portal("restore", str(made), PORTAL_DATABASE_URL=target_url))
    print(f"restored in {time.monotonic() - began:.1f} s")
    assert "Held: 2 messages" in said
    page = f"A:{world.alert_id}:0:0:1:text"
    assert messages(target_url) == {page: "held", "D:1": "held"}
    assert is_held(target_url)
    shown = ("release", "--by", "Li Na", "--show")
    assert "journal" in done(portal(*shown, PORTAL_DATABASE_URL=target_url))
    assert is_held(target_url)
    said = done(portal("release", "--by", "Li Na", PORTAL_DATABASE_URL=target_url))
    assert "1 accepted, 1 queued" in said
    assert messages(target_url) == {page: "queued", "D:1": "accepted"}
    assert not is_held(target_url)
    refused(
        portal("release", "--by", "Li Na", PORTAL_DATABASE_URL=target_url), "Nothing"
    )


@pytest.mark.smoke
def test_every_row_is_there_again(
    portal: Command, made: Path, target_url: str, database_url: str, tmp_path: Path
) -> None:
    done(portal("restore", str(made), PORTAL_DATABASE_URL=target_url))
    before = copies.dump(database_url, tmp_path / "before")
    after = copies.dump(target_url, tmp_path / "after")
    changed = {"hold", "home", "audit", "sent_before"}
    assert {t: n for t, n in before.items() if t not in changed} == {
        t: n for t, n in after.items() if t not in changed
    }
    assert before["message"] == 2


@pytest.mark.smoke
def test_a_missing_journal_is_said(
    portal: Command, made: Path, target_url: str
) -> None:
    said = done(portal("restore", str(made), PORTAL_DATABASE_URL=target_url))
    assert "journal is missing" in said
    said = done(portal("release", "--by", "Li Na", PORTAL_DATABASE_URL=target_url))
    assert "1 cancelled, 1 queued" in said


@pytest.mark.smoke
def test_a_database_that_is_there_is_replaced_only_by_force(
    portal: Command, made: Path, world: World, database_url: str
) -> None:
    world.reminder("D:9")
    refused(portal("restore", str(made)), "--force")
    assert "D:9" in messages(database_url)
    world.runtime.close()
    done(portal("restore", str(made), "--force"))
    assert "D:9" not in messages(database_url)
    assert is_held(database_url)


@pytest.mark.smoke
def test_a_database_on_which_an_engine_acts_is_not_replaced(
    portal: Command, made: Path, world: World, database_url: str
) -> None:
    world.lease()
    refused(portal("restore", str(made), "--force"), "engine acts")
    assert not is_held(database_url)


@pytest.mark.parametrize("place", [3, 20, 60, -1])
def test_a_backup_changed_in_one_byte_is_not_restored(
    portal: Command, made: Path, target_url: str, place: int
) -> None:
    content = bytearray(made.read_bytes())
    content[place] ^= 1
    made.write_bytes(bytes(content))
    refused(portal("restore", str(made), PORTAL_DATABASE_URL=target_url), "Nothing")
    assert copies.is_empty(target_url)


@pytest.mark.parametrize("kept", [0, 10, 40, 2_000])
def test_a_backup_cut_short_is_not_restored(
    portal: Command, made: Path, target_url: str, kept: int
) -> None:
    made.write_bytes(made.read_bytes()[:kept])
    refused(portal("restore", str(made), PORTAL_DATABASE_URL=target_url), "Nothing")
    assert copies.is_empty(target_url)


def test_a_piece_left_out_at_the_end_is_noticed(tmp_path: Path) -> None:
    copy, file = tmp_path / "copy", tmp_path / "file"
    copy.write_bytes(os.urandom(backups.PIECE + 5))
    label = backups.Label("sqlite", "0004", "now", {})
    backups.encrypt(copy, file, KEY.encode(), label)
    whole = file.read_bytes()
    file.write_bytes(whole[: -(5 + 5 + backups.TAG)])  # its head and five bytes
    with pytest.raises(CannotCopy):
        backups.opened(file, KEY.encode(), tmp_path / "again")


@pytest.mark.smoke
def test_another_key_opens_nothing(
    portal: Command, made: Path, target_url: str, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY + "!")
    refused(portal("restore", str(made), PORTAL_DATABASE_URL=target_url), "key")
    assert copies.is_empty(target_url)


def test_without_a_long_key_there_is_no_backup(
    portal: Command, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "b"
    refused(portal("backup", str(file), PORTAL_BACKUP_KEY_FILE=""), "KEY_FILE")
    (tmp_path / "key").write_text("short")
    refused(portal("backup", str(file)), "at least")
    assert not file.exists()


def test_a_backup_replaces_nothing(portal: Command, made: Path) -> None:
    before = made.read_bytes()
    refused(portal("backup", str(made)), "already")
    assert made.read_bytes() == before


@pytest.mark.smoke
def test_people_go_on_working_while_a_backup_is_made(
    portal: Command, world: World, tmp_path: Path
) -> None:
    with world.runtime.writing() as session:
        session.execute(select(func.count()).select_from(Message))
        done(portal("backup", str(tmp_path / "b")))


def test_a_missing_tool_of_postgresql_is_named(
    postgresql_databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))
    url = postgresql_databases.migrated()
    with pytest.raises(CannotCopy, match=r"pg_dump .* missing"):
        copies.dump(url, tmp_path / "copy")
    postgresql_databases.drop(url)


@pytest.mark.smoke
def test_a_backup_of_yesterday_expires_what_is_too_late(
    portal: Command, world: World, target_url: str, tmp_path: Path
) -> None:
    soon = world.runtime.now() + timedelta(seconds=1)
    world.reminder("D:5", not_after=soon)
    file = tmp_path / "b"
    done(portal("backup", str(file)))
    rest(1)
    done(portal("restore", str(file), PORTAL_DATABASE_URL=target_url))
    done(portal("release", "--by", "Li Na", PORTAL_DATABASE_URL=target_url))
    assert messages(target_url)["D:5"] == "expired"
