"""Where a demonstration keeps its data, and whether what is there can be used.

Each study has a database of its own, so that one can be left for another and found again.
A second start must be quick, so it looks with the standard library before anything
larger is imported. The demonstration never touches a database named elsewhere.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from portal.demo.past.people import SITE, STUDY

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "portal" / "db" / "migrations" / "versions"


def database(folder: Path, study: str = STUDY) -> Path:
    """The database in ``folder`` of a study's demonstration, by its name or path."""
    name = Path(study).stem
    return folder / ("demo.db" if name == STUDY else f"demo-{name}.db")


def url(folder: Path, study: str = STUDY) -> str:
    """The same as an address."""
    return f"sqlite:///{database(folder, study).absolute()}"


def forget(folder: Path, study: str = STUDY) -> None:
    """Remove the demonstration's database, if there is one."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database(folder, study)}{suffix}").unlink(missing_ok=True)


def ready_since(folder: Path, study: str = STUDY) -> datetime | None:
    """When the demonstration that is there was made; None: it must be made first."""
    path = database(folder, study)
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


def make(folder: Path, study: str = STUDY) -> None:
    """Migrate and seed; what is there already stays.

    Raises:
        StudyFileFault: there is no such study, or its file has a fault.
    """
    from portal import startup
    from portal.config import Settings
    from portal.demo.past.seed import seed

    startup.migrate(url(folder, study))
    clock = os.environ.get("PORTAL_CLOCK_FILE") or None
    at = url(folder, study)
    settings = Settings(mode="demo", database_url=at, clock_file=clock)
    with startup.opened(settings) as runtime:
        seed(runtime, name=study)
