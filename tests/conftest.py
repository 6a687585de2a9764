"""Fixtures every test may ask for; what they stand on is in ``tests.support``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from argon2 import PasswordHasher

from portal.people.access import passwords
from tests.support import known_studies, postgresql, warm
from tests.support.amount import (
    THOROUGH,
    examples,
    left_out,
    not_sampled,
    turn_of,
)
from tests.support.clock import (
    CLOCK_FILE,
    START,
    Clock,
    clock_file,
    local_moment,
    next_time,
    set_to,
)
from tests.support.databases import (
    KINDS,
    Databases,
    PostgresqlDatabases,
    SqliteDatabases,
    experienced,
)
from tests.support.engines import engines_left
from tests.support.groups import Groups
from tests.support.settings import settings_for

if TYPE_CHECKING:  # a test of core should not wait for the web to be imported
    from flask import Flask
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

    from portal.runtime import Runtime
    from tests.support.provider import Provider
    from tests.support.web import Visitor

# A slow machine is no fault: only what a test shows counts.
hypothesis.settings.register_profile(
    "portal",
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")

pytest_plugins = ["tests.support.browser"]


TESTS = Path(__file__).parent
SLOW = (
    *(
        "journeys",
        "faults",
        "states",
        "simulation",
        "parity",
        "scheduler",
        "cli",
        "course",
        "study_faults",
    ),
    *("messages/gateways", "web", "demo", "operating", "shape"),
    *("protocol/triage/test_judge_properties.py", "protocol/checks"),
    *("visits/reminders", "delivery/test_receive.py", "people/test_accounts.py"),
)
"""What the inner loop leaves out: processes, pages, long searches."""
KEPT = ("web/diary/test_diary.py",)
"""Of the pages the one that lives lean on."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        default=",".join(KINDS),
        help="which databases to run on, comma separated (default: %(default)s)",
    )
    parser.addoption(
        "--begins",
        type=local_moment,
        default=START,
        metavar="YYYY-MM-DDTHH:MM",
        help="when journeys of processes begin, by the site's clock",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read no study twice, from the first file of tests on."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    known_studies.know(patch)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on each kind, but a page on one.

    A page asks the same use cases on either database; the smoke set tries the way
    to PostgreSQL. A thorough run tries every page on both, in a browser on SQLite. A long story
    that is told on one in turn is told on the database that its name chooses.
    """
    if "database_kind" not in metafunc.fixturenames:
        return
    kinds = metafunc.config.getoption("databases").split(",")
    if unknown := set(kinds) - set(KINDS):
        raise pytest.UsageError(f"--databases: {', '.join(sorted(unknown))}?")
    if only := the_only_one(metafunc.definition):
        kinds = [kind for kind in kinds if kind == only] or kinds
    if in_turn(metafunc.definition):
        kinds = [kinds[turn_of(metafunc.definition.nodeid, len(kinds))]]
    marks = {"postgresql": [pytest.mark.postgresql]}
    params = [pytest.param(kind, marks=marks.get(kind, [])) for kind in kinds]
    metafunc.parametrize("database_kind", params, indirect=True)


SHOWN = ("web", "demo", "cli", "operating")
"""Pages and commands ask the same use cases on either database; the demonstration runs
on SQLite. Of many cases of a page or command an ordinary run tries one of ``ALIKE``.
"""
ALIKE = 3
USES = ("visits", "enrolment", "people", "diary", "records", "outages", "journeys")
"""Rooms of use cases, which ask the tables, as the rooms below them do on both: an
ordinary run tries each use on one database in turn.
"""


def the_only_one(item: pytest.Item) -> str:
    """The database on which alone this run tries a test; else nothing.

    Of pages and commands the smoke set has its turn on PostgreSQL, the rest on SQLite.
    """
    if item.get_closest_marker("browser"):
        return "sqlite"
    if room_of(item) in SHOWN and not THOROUGH:
        return "postgresql" if item.get_closest_marker("smoke") else "sqlite"
    return ""


def in_turn(item: pytest.Item) -> bool:
    """Whether this run tries a test on one of the databases, by its name."""
    return not THOROUGH and bool(
        room_of(item) in USES or item.get_closest_marker("in_turn")
    )


def room_of(item: pytest.Item) -> str:
    return where(item.path).partition("/")[0]


@cache
def where(file: Path) -> str:
    """The name of a file of tests, asked of each of its tests several times."""
    return file.relative_to(TESTS).as_posix()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    for item in items:
        file = where(item.path)
        if file.startswith(SLOW) and file not in KEPT:
            item.add_marker(pytest.mark.slow)
    if not THOROUGH:
        keep_a_part(config, items)


def keep_a_part(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to ``./test thorough`` what it alone tries: most looks, most of many cases."""
    pages = [
        (item.nodeid, item.nodeid.partition("[")[0], item.callspec.params)
        for item in items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        if item.get_closest_marker("browser")
        if not item.get_closest_marker("thorough")
    ]
    rest = left_out(pages) | not_sampled(cases_of(items))
    later = [
        item
        for item in items
        if item.nodeid in rest or item.get_closest_marker("thorough")
    ]
    if later:
        config.hook.pytest_deselected(items=later)
        gone = {item.nodeid for item in later}
        items[:] = [item for item in items if item.nodeid not in gone]


CASES = {"postgresql": 3}
"""Of so many cases of a test an ordinary run tries one: they are of rules, not tables."""


def cases_of(items: list[pytest.Item]) -> Iterator[tuple[str, str, int]]:
    """Each case of a test of which an ordinary run tries one of so many."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            if item.get_closest_marker("thorough"):
                continue
            mark = item.get_closest_marker("sampled")
            usual = ALIKE if room_of(item) in SHOWN else 1
            kind = item.callspec.params.get("database_kind")
            here = 1 if in_turn(item) else CASES.get(kind, 1)
            of = max(mark.args[0] if mark else usual, here)
            yield item.nodeid, f"{item.nodeid.partition('[')[0]} {kind}", of


def pytest_collectstart() -> None:
    """While tests are read, nothing that was read is let go: look for no garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was imported stays: no search for garbage need walk through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Few workers drive a browser: on a small machine more only time out."""
    return Groups(config, log)


TRUE_HASHER = passwords.HASHER
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of texts and calls at this machine, asked as its documents say."""
    from tests.support.provider import running

    with running() as started:
        yield started
        assert started.complaints == []


@pytest.fixture(scope="session", autouse=True)
def _quick_to_hash() -> Iterator[None]:
    """A password costs a test next to nothing; ``true_cost`` is what it costs others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", QUICK_HASHER)
        yield


@pytest.fixture(scope="session", autouse=True)
def _experienced() -> Iterator[None]:
    """Whatever asks a database here knows the statements that an earlier test asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.db.session.open_engine", experienced)
        yield


@pytest.fixture
def true_cost(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Passwords are hashed as in the portal."""
    monkeypatch.setattr(passwords, "HASHER", TRUE_HASHER)
    return TRUE_HASHER


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``; a test that asks for it runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    server = postgresql.start()
    yield PostgresqlDatabases(server)
    warm.close()
    server.stop()


@pytest.fixture
def databases(database_kind: str, request: pytest.FixtureRequest) -> Databases:
    """The maker of databases of this test's kind."""
    maker: Databases = request.getfixturevalue(f"{database_kind}_databases")
    return maker


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database of this test alone, migrated and without a row."""
    url = databases.migrated()
    yield url
    left = engines_left()
    databases.drop(url)
    assert not left, "the test left an engine running"


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without a table, for what migrations do."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def clock_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where each test finds the file that its real clocks go by, one after another."""
    clock_file()
    folder = tmp_path_factory.mktemp("clocks")
    return (folder / str(number) for number in count(1))


@pytest.fixture(autouse=True)
def _begins_at_the_start(
    clock_files: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real clocks, here and in processes, show ``START`` when a test begins."""
    monkeypatch.setenv(CLOCK_FILE, set_to(START, next(clock_files)))


@pytest.fixture
def begins(request: pytest.FixtureRequest) -> datetime:
    """When a journey of processes begins: ``START``, or as ``--begins`` says.

    A story of one hour begins when it is so late next.
    """
    moment: datetime = request.config.getoption("--begins")
    hour = request.node.get_closest_marker("begins")
    return moment if hour is None else next_time(hour.args[0], moment)


@pytest.fixture
def clock() -> Clock:
    """The test's own clock: it stands still until the test moves it."""
    return Clock()


@pytest.fixture
def runtime(database_url: str, clock: Clock) -> Iterator[Runtime]:
    """What a process owns, on this test's database and clock."""
    from portal.runtime import Runtime

    opened = Runtime(settings_for(database_url), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """The web application on ``runtime``."""
    from tests.support.web import used_application

    return used_application(runtime)


@pytest.fixture
def new_app(runtime: Runtime) -> Flask:
    """The same of a test alone, which may add to it."""
    from tests.support.web import application

    return application(runtime)


@pytest.fixture
def client(app: Flask) -> Visitor:
    """One visitor of ``app``: get, post, and ``submit`` for a page's form."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def portal_url(app: Flask) -> Iterator[str]:
    """The address at which ``app`` is served, for a real browser."""
    from tests.support.web import served

    with served(app) as url:
        yield url
