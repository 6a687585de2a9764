"""What each test costs: processor seconds, with everything that it started.

``./test -p tests.support.costs`` prints them by file, room and database, the most
expensive first. Seconds on the clock say little if others use the machine; processor
seconds stay the same.
"""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from collections.abc import Generator, Iterator

import pytest

from tests.support.databases import KINDS
from tests.support.family import family

SHOWN = 200
began = pytest.StashKey[tuple[float, float]]()
told = pytest.StashKey[float]()
costs: list[tuple[str, float, float]] = []


looked = 0.0
"""What looking at all that costs itself: no test pays it."""


def spent() -> float:
    """Processor seconds of this process and of its descendants, ended ones included."""
    global looked
    own, ended = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    others = [kin.seconds for kin in family(os.getpid()) if kin.pid != os.getpid()]
    used = own - looked + ended.ru_utime + ended.ru_stime + sum(others)
    looked += time.process_time() - own
    return used


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    item.stash[began] = spent(), time.monotonic()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # If nobody waited for a process (a browser's pages), its time is lost with it.
    used = item.stash[told] = max(spent(), item.stash.get(told, 0.0))
    if call.when == "teardown":
        before, at = item.stash[began]
        cost = (used - before, time.monotonic() - at)
        report.user_properties.append(("cost", cost))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, cost in report.user_properties:
        if name == "cost":
            costs.append((report.nodeid, *cost))


def places(nodeid: str) -> Iterator[str]:
    """What a test counts for: its file, its room, its database, the whole run."""
    file, _, test = nodeid.partition("::")
    yield file
    yield file.rpartition("/")[0] + "/"
    yield next((f"on {kind}" for kind in KINDS if f"[{kind}" in test), "on none")
    yield "all"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Only the process that shows anything has a terminal: workers send theirs to it."""
    processor: Counter[str] = Counter()
    clock: Counter[str] = Counter()
    for nodeid, used, passed in costs:
        for place in places(nodeid):
            processor[place] += used
            clock[place] += passed
    terminalreporter.section("processor seconds, seconds on the clock")
    for place, used in processor.most_common(SHOWN):
        terminalreporter.line(f"{used:8.1f} {clock[place]:8.1f}  {place}")
    for nodeid, used, passed in sorted(costs, key=lambda one: -one[1])[:SHOWN]:
        terminalreporter.line(f"{used:8.1f} {passed:8.1f}  {nodeid}")
