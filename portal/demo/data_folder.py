"""Where the demonstration keeps its data, and whether what is there can be used.

A second start must be quick, so it looks with the standard library before anything
larger is imported. The demonstration never touches a database named elsewhere.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from portal.demo.past.people import SITE

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "portal" / "db" / "migrations" / "versions"


def database(folder: Path) -> Path:
    """The demonstration's database in ``folder``."""
    return folder / "demo.db"


def url(folder: Path) -> str:
    """The same as an address."""
    return f"sqlite:///{database(folder).absolute()}"


def forget(folder: Path) -> None:
    """Remove the demonstration's database, if there is one."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database(folder)}{suffix}").unlink(missing_ok=True)


def ready_since(folder: Path) -> datetime | None:
    """When the demonstration that is there was made; None: it must be made first."""
    path = database(folder)
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path)) as connection:
            revision = connection.execute("SELECT version_num FROM alembic_version")
            if revision.fetchone() != (newest_revision(),):
                return None
            query = "SELECT created_at FROM site WHERE code = ?"
            row = connection.execute(query, (SITE,)).fetchone()
    except sqlite3.Error:
        return None
    return datetime.fromisoformat(row[0]).replace(tzinfo=UTC) if row else None


def newest_revision() -> str:
    """The number of the last migration, as its file is named."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*.py"))


def make(folder: Path) -> None:
    """Migrate and seed; what is there already stays."""
    from portal import startup
    from portal.config import Settings
    from portal.demo.past.seed import seed

    startup.migrate(url(folder))
    clock = os.environ.get("PORTAL_CLOCK_FILE") or None
    settings = Settings(mode="demo", database_url=url(folder), clock_file=clock)
    with startup.opened(settings) as runtime:
        seed(runtime)
