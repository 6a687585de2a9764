"""``python -m portal demo``: one command, two processes, and a clean end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from portal import startup
from portal.cli import cli
from portal.demo import data_folder
from portal.demo.past.people import STUDY
from portal.demo.past.staff import open_site
from portal.study_files import load_study
from tests.support.databases import Databases
from tests.support.processes import Running, answers, free_port, running
from tests.support.settings import settings_for
from tests.support.small_study import with_
from tests.support.waiting import until

pytestmark = pytest.mark.journey
STOPS_WITHIN = 8.0


def children(parent: int) -> dict[str, int]:
    """The web process and the engine of a demonstration, once both are themselves.

    For a moment after the fork a child still bears the name of its parent.
    """
    until(lambda: len(_known(parent)) == 2, "both processes")
    return _known(parent)


def _known(parent: int) -> dict[str, int]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for word, name in ((b"scheduler", "engine"), (b"serve", "web")):
            if int(stat[1]) == parent and word in words:
                found[name] = int(folder.name)
    return found


def begun(demonstration: Running) -> None:
    demonstration.wait_for(lambda: "Ready at" in demonstration.said())


def test_it_is_made_served_mended_and_takes_its_processes_along_when_killed(
    tmp_path: Path,
) -> None:
    port = free_port()
    command = ("portal", "demo", "--port", str(port), "--folder", str(tmp_path))
    with running(*command, output=tmp_path / "said", settings={}, cold=True) as demo:
        begun(demo)
        # Its pages are ready first; the engine's first cycle comes later.
        demo.wait_for(lambda: answers(f"http://localhost:{port}/healthz"))
        said = demo.said()
        assert "Inventing" in said
        for shown in ("/demo/phones", "19900000118", "welcome to the demo", "tang"):
            assert shown in said
        with urlopen(f"http://localhost:{port}/demo/phones", timeout=10) as page:
            assert b"DS-024" in page.read()
        again = CliRunner().invoke(cli, ["demo", "--port", str(port)])
        assert again.exit_code == 1
        assert f"Port {port} is in use" in again.output
        for name in ("engine", "web"):
            os.kill(children(demo.process.pid)[name], signal.SIGKILL)
            demo.wait_for(lambda: f"The {name} process ended" in demo.said())  # noqa: B023
        demo.wait_for(lambda: answers(f"http://127.0.0.1:{port}/livez"))
        left = children(demo.process.pid)
        assert left.keys() == {"web", "engine"}
        demo.kill()
        until(lambda: not there(left), "its processes to end")
    assert data_folder.ready_since(tmp_path) is not None


def there(processes: dict[str, int]) -> list[str]:
    return [name for name, pid in processes.items() if Path(f"/proc/{pid}").exists()]


def _file(url: str) -> str:
    return url.removeprefix("sqlite:///")


@pytest.mark.alone
def test_started_on_what_is_there_it_is_stopped_cleanly_within_seconds(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    url = data_folder.url(tmp_path)
    shutil.move(_file(sqlite_databases.migrated()), _file(url))
    with startup.opened(settings_for(url)) as runtime, runtime.writing() as session:
        open_site(session, load_study(STUDY).site, now=runtime.now())
    command = ("portal", "demo", "--port", str(free_port()), "--folder", str(tmp_path))
    with running(*command, output=tmp_path / "said", settings={}) as demo:
        begun(demo)
        assert "Inventing" not in demo.said()
        started = children(demo.process.pid)
        asked = time.monotonic()
        assert demo.stop(signal.SIGINT) == 0
        assert time.monotonic() - asked < STOPS_WITHIN
    assert there(started) == []


def test_settings_of_a_real_portal_do_not_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.cli.demo import _environment

    monkeypatch.setenv("PORTAL_GATEWAY", "twilio")
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://real")
    told = _environment(8001, data_folder.url(tmp_path))
    assert "PORTAL_GATEWAY" not in told
    assert told["PORTAL_DATABASE_URL"] == f"sqlite:///{tmp_path}/demo.db"


def test_what_is_there_is_used_only_when_it_fits(tmp_path: Path) -> None:
    assert data_folder.ready_since(tmp_path) is None
    data_folder.database(tmp_path).write_bytes(b"no database")
    assert data_folder.ready_since(tmp_path) is None
    data_folder.forget(tmp_path)
    data_folder.forget(tmp_path)
    assert not data_folder.database(tmp_path).exists()
    numbers = [path.name for path in data_folder.MIGRATIONS.glob("*.py")]
    assert any(re.match(data_folder.newest_revision(), name) for name in numbers)


def test_each_study_has_data_of_its_own(tmp_path: Path) -> None:
    one, other = (data_folder.database(tmp_path, name) for name in (STUDY, "mine"))
    assert (one.name, other.name) == ("demo.db", "demo-mine.db")
    assert data_folder.database(tmp_path, f"studies/{STUDY}.toml") == one
    for path in (one, other):
        path.write_bytes(b"kept")
    data_folder.forget(tmp_path, "some/folder/mine.toml")
    assert one.exists()
    assert not other.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "mine.toml"),
        (with_('roles = ["nurse"]', 'roles = ["night"]'), 'there is no duty "night"'),
    ],
)
def test_a_study_that_is_not_there_or_has_a_fault_is_a_sentence_and_makes_nothing(
    tmp_path: Path, text: str | None, said: str
) -> None:
    path, folder = tmp_path / "mine.toml", tmp_path / "var"
    if text is not None:
        path.write_text(text, "utf-8")
    words = ["--study", str(path), "--folder", str(folder), "--port", str(free_port())]
    told = CliRunner().invoke(cli, ["demo", *words])
    assert told.exit_code == 1
    assert said in told.output
    assert "Traceback" not in told.output
    assert list(folder.iterdir()) == []


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        told = CliRunner().invoke(
            cli, ["demo", "--port", str(port), "--folder", str(tmp_path)]
        )
    assert told.exit_code == 1
    assert f"--port {port + 1}" in told.output
