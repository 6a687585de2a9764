"""No test goes by the hour or the day of the machine: each begins at a said moment.

``tests.support.clock`` sets the clocks. What the machine's own says must decide nothing,
or a suite that is green at night is red in the morning.
"""

from __future__ import annotations

import ast
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.db.tables.engine import Beat
from portal.runtime import Runtime
from tests.support import source
from tests.support.clock import CLOCK_FILE, START, real_now, set_to, step_of
from tests.support.processes import running
from tests.support.settings import settings_for

SETS_THE_CLOCKS = "tests/support/clock.py"
ITS_OWN_CLOCK = "system_clock"  # of the portal: the machine's, as it is
AN_ENVIRONMENT = ("subprocess.", "env=", '"PORTAL_DATABASE_URL"')
A_CLOCK = ("CLOCK_FILE", "PORTAL_CLOCK_FILE")
SOON = timedelta(minutes=5)  # a test has begun by then, on any machine


def looks(tree: ast.Module) -> list[int]:
    """Lines at which a test asks the machine, itself or through the portal."""
    named = [
        node.lineno
        for node in source.nodes(tree)
        if (isinstance(node, ast.Name) and node.id == ITS_OWN_CLOCK)
        or (isinstance(node, ast.alias) and node.name == ITS_OWN_CLOCK)
    ]
    return source.clock_reads(tree) + named


def leaves_untold(text: str) -> bool:
    """Whether processes start in an environment of their own without the clock."""
    starts = all(part in text for part in AN_ENVIRONMENT)
    return starts and not any(name in text for name in A_CLOCK)


def test_no_test_and_no_benchmark_looks_at_the_machines_clock() -> None:
    found = [
        f"{name}:{line}"
        for name, tree in source.python_files("tests", "benchmarks")
        for line in looks(tree)
        if name != SETS_THE_CLOCKS
    ]
    assert found == [], "tests.support.clock says what time it is"


def test_every_process_of_a_test_is_told_its_clock() -> None:
    found = [
        name
        for name, text in source.text_files()
        if name.startswith("tests/") and name.endswith(".py") and leaves_untold(text)
        if name != "tests/shape/test_hours.py"
    ]
    assert found == [], f"give them {CLOCK_FILE}"


@pytest.mark.parametrize(
    "bad",
    [
        "now = datetime.now(UTC)",
        "from portal.engine.clocks import system_clock",
        "now = system_clock()",
    ],
)
def test_a_look_at_the_machines_clock_is_seen(bad: str) -> None:
    assert looks(ast.parse(bad)) == [1]


def test_a_process_without_a_clock_is_seen() -> None:
    bad = 'subprocess.run(command, env={"PORTAL_DATABASE_URL": url})'
    assert leaves_untold(bad)
    assert not leaves_untold(bad.replace("url}", 'url, CLOCK_FILE: "x"}'))


def test_a_runtime_without_a_clock_of_its_own_begins_at_the_start() -> None:
    runtime = Runtime(settings_for("sqlite://"))
    for shown in (runtime.real_now(), real_now()):
        assert timedelta(0) <= shown - START < SOON
    runtime.close()


@pytest.mark.journey
def test_a_process_begins_at_the_start(database_url: str, tmp_path: Path) -> None:
    runtime = Runtime(settings_for(database_url))

    def beats() -> list[datetime]:
        with runtime.reading() as session:
            return list(session.scalars(select(Beat.at)))

    settings = {"PORTAL_DATABASE_URL": database_url}
    with running("scheduler", output=tmp_path / "said", settings=settings) as engine:
        engine.wait_for(beats)
    assert timedelta(0) <= beats()[0] - START < SOON
    runtime.close()


def test_clocks_go_by_the_file_that_says_by_how_much(tmp_path: Path) -> None:
    long_ago = START - timedelta(days=1000)
    path = set_to(long_ago, tmp_path / "clock")
    assert timedelta(0) <= real_now(path) - long_ago < SOON
    assert step_of(path) < step_of(os.environ[CLOCK_FILE]) - timedelta(days=999)
