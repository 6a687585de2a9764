"""``python -m portal backup``, ``restore`` and ``release``: copies of the database."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from portal import startup
from portal.cli.output import print_json, print_table
from portal.config import Settings, from_environment
from portal.db import copies
from portal.db.copies import CannotCopy
from portal.db.migrate import newest_revision
from portal.delivery.sending import send_journal
from portal.engine import holds, leases
from portal.errors import PortalError
from portal.operating import backups, restoring
from portal.operating.backups import Label
from portal.runtime import Runtime

HEADINGS = ("id", "what for", "queued, UTC", "becomes", "why")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write an encrypted copy of the whole database to FILE, and read it back.

    People can continue to work meanwhile. The key is in the file that
    PORTAL_BACKUP_KEY_FILE names. Keep a copy of the key elsewhere: without it no backup
    can be opened.

    Example: PORTAL_BACKUP_KEY_FILE=/etc/portal/backup.key python -m portal backup \\
    /srv/backups/portal-$(date +%F).backup
    """
    settings = from_environment()
    key = backups.read_key(os.environ.get("PORTAL_BACKUP_KEY_FILE"))
    began = time.monotonic()
    with startup.opened_for_setup(settings) as runtime:
        at = runtime.real_now()
    label = backups.make(
        settings.database_url, file, key, revision=newest_revision(), at=at
    )
    rows, size = sum(label.rows.values()), file.stat().st_size
    seconds = time.monotonic() - began
    click.echo(
        f"{file}: ok. {rows} rows in {len(label.rows)} tables, {size} bytes, read back "
        f"and checked, in {seconds:.1f} s."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace an existing database.")
def restore(file: Path, force: bool) -> None:
    """Replace the database by a backup, and hold its messages.

    Stop the web process and the engine first. After the restore, the portal serves
    pages and a new dangerous report pages staff. Older messages wait until you run:
    python -m portal release. What the send journal (PORTAL_JOURNAL) shows is never sent
    again.

    Example: PORTAL_BACKUP_KEY_FILE=/etc/portal/backup.key python -m portal restore \\
    /srv/backups/portal-2026-03-12.backup
    """
    settings = from_environment()
    key = backups.read_key(os.environ.get("PORTAL_BACKUP_KEY_FILE"))
    began = time.monotonic()
    with _workshop(settings) as folder, _told():
        copy = folder / "copy"
        label = backups.opened(file, key, copy)
        _refuse_unfit(settings, label, force=force)
        held = _put(settings, copy, label)
    seconds = time.monotonic() - began
    read = "was read" if _journal_of(settings) else "is missing: PORTAL_JOURNAL"
    click.echo(
        f"Restored the backup of {label.at} in {seconds:.1f} s. The send journal {read}."
        f"\nHeld: {held} messages. Start web and engine, then look at what is held and "
        "release it:\n    ./run portal release --by NAME"
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (CannotCopy, OSError) as error:
        raise PortalError(f"Nothing can be restored: {error}.") from error


@contextmanager
def _workshop(settings: Settings) -> Iterator[Path]:
    """A folder to decrypt in; for SQLite beside the database, to move the file."""
    beside = Path(tempfile.gettempdir())
    if copies.kind_of(settings.database_url) == "sqlite":
        beside = copies.file_of(settings.database_url).absolute().parent
    with backups.private_folder(beside) as folder:
        yield folder


def _refuse_unfit(settings: Settings, label: Label, *, force: bool) -> None:
    kind = copies.kind_of(settings.database_url)
    if label.kind != kind:
        raise PortalError(f"The backup is of {label.kind}, the database is {kind}.")
    if label.revision > newest_revision():
        raise PortalError("The backup is of a newer portal: install that one first.")
    if copies.is_empty(settings.database_url):
        return
    if not force:
        raise PortalError("There is a database already; --force replaces it.")
    if _engine_acts(settings):
        raise PortalError("An engine acts on this database: stop it and the web first.")


def _engine_acts(settings: Settings) -> bool:
    """Whether an engine uses the existing database; False if it cannot be read."""
    try:
        with startup.opened_for_setup(settings) as runtime:
            with runtime.reading() as session:
                seen = leases.glance(session)
            return seen is not None and seen.expires_at > runtime.real_now()
    except PortalError:
        return False


def _put(settings: Settings, copy: Path, label: Label) -> int:
    """Load, migrate and hold the copy; return how many messages are held."""
    if label.kind == "sqlite":
        aside = replace(settings, database_url=f"sqlite:///{copy}")
        startup.migrate(aside.database_url)
        held = _mark(aside, label)  # held before any process can open it
        backups.put_sqlite(copy, settings.database_url)
    else:
        copies.load_postgresql(settings.database_url, copy)
        startup.migrate(settings.database_url)
        held = _mark(settings, label)
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        restoring.settle_here(session, now=runtime.now())
    return held


def _mark(settings: Settings, label: Label) -> int:
    path = _journal_of(settings)
    with startup.opened_for_setup(settings) as runtime, runtime.writing() as session:
        restoring.mark_restored(
            session,
            backup_at=datetime.fromisoformat(label.at),
            sent=None if path is None else send_journal.read(path),
            now=runtime.now(),
        )
        return len(restoring.gap(session, now=runtime.now()))


def _journal_of(settings: Settings) -> Path | None:
    path = Path(settings.journal) if settings.journal else None
    return path if path is not None and path.is_file() else None


@click.command()
@click.option("--by", required=True, help="Your name, for the audit.")
@click.option("--show", is_flag=True, help="Only show what a release would do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def release(by: str, show: bool, as_json: bool) -> None:
    """Let messages leave again after a restore, or after a move to another machine.

    Messages that the journal shows as sent are not sent again, and late ones expire. Of
    the others, pages of open alerts are sent; messages that may have been sent before
    are listed and not repeated. After a move, first make sure that the old portal is
    stopped.

    Example: python -m portal release --by 'Li Na' --show
    """
    with startup.opened_for_setup(from_environment()) as runtime:
        if show:
            with runtime.reading() as session:
                found = restoring.gap(session, now=runtime.now())
        else:
            with runtime.writing() as session:
                found = restoring.release(session, by, now=runtime.now())
        still = _held(runtime)
    if as_json:
        print_json({"held": still, "messages": found})
        return
    if found:
        rows = [(g.id, g.purpose, g.created_at, g.becomes, g.reason) for g in found]
        print_table(HEADINGS, rows)
    counts = Counter(each.becomes for each in found)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    click.echo(f"{'Held' if still else 'Released'}: {told or 'no messages'}.")


def _held(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return holds.standing(session).held
