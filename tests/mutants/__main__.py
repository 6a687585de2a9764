"""``python -m tests.mutants``: puts faults into the code, and says which tests notice.

So many faults are drawn from the rooms by seed; each is put into a copy of the tree, one
at a time, and tests run on SQLite until the first fails: of its room those that run the
line, then all; then those of the rooms that use it (``--room-only``: not). Which tests
run which line is found first, in a run of all of them without a fault. Ends with status 1
where fewer are killed than ``--least`` per cent. The same seed on the same code draws the
same faults; ``--at FILE:LINE`` tries every fault of one line; ``--part 2/3`` tries the
second third of what is drawn.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutants.faults import Fault, faults
from tests.mutants.reach import REACH_FILE, Reach
from tests.support.clock import CLOCK_FILE, clock_file
from tests.support.source import ROOT, UNTRACKED

ROOMS = ("protocol", "messages", "alerting", "diary", "delivery")
USERS = {
    "protocol": ("diary", "alerting", "visits", "records", "cli"),
    "messages": ("delivery", "engine", "scheduler", "outages"),
    "alerting": ("diary", "delivery", "scheduler", "web/staff", "outages"),
    "diary": ("web/diary", "web/offline", "web/staff", "records"),
    "delivery": ("scheduler", "web/machines", "outages"),
}
"""Whose tests are asked where a room's own notice nothing."""
NO_SETTINGS: Mapping[str, str] = {}
PATIENCE = 900.0  # a fault may be a loop without an end
NOTHING_FAILED = (0, 5)
"""5: no test was chosen, as where a file holds those of the browser alone."""


class Ending(StrEnum):
    """How a run of tests ended."""

    PASSED = "survived"
    FAILED = "killed"
    ENDLESS = "killed, without an end"


@dataclass(frozen=True)
class Mutant:
    """A fault and the file that it is in."""

    file: str
    fault: Fault

    @property
    def room(self) -> str:
        return self.file.split("/")[1]

    def __str__(self) -> str:
        one = self.fault
        return f"{self.file}:{one.line}: {one.was}  ->  {one.now}"


def main() -> int:
    """Draw, try, tell; 1 where too few were noticed."""
    chosen = _arguments()
    drawn = _at(chosen.at) if chosen.at else _part(_drawn(chosen), chosen.part)
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as folder:
        tree = _copied(Path(folder) / "tree")
        _compile(tree)
        rooms = {one.room for one in drawn}
        reach = _reach(tree, _tests(rooms, of_users=not chosen.room_only))
        for number, mutant in enumerate(drawn, 1):
            began = time.monotonic()
            noticed = _noticed(tree, mutant, reach)
            survivors += [] if noticed else [mutant]
            said = noticed or "SURVIVED"
            _say(f"{number}/{len(drawn)} {said} {time.monotonic() - began:.0f} s")
            _say(f"    {mutant}")
    killed = len(drawn) - len(survivors)
    per_cent = 100 * killed / len(drawn) if drawn else 0.0
    _say(f"killed {killed} of {len(drawn)}: {per_cent:.0f} %; survivors:")
    for mutant in survivors:
        _say(f"    {mutant}")
    return 0 if per_cent >= chosen.least else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", choices=ROOMS, action="append", dest="rooms")
    parser.add_argument("--at", metavar="FILE:LINE")
    parser.add_argument("--part", default="1/1", metavar="ONE/OF")
    parser.add_argument("--room-only", action="store_true")
    parser.add_argument("--least", type=float, default=92.0, metavar="PER CENT")
    return parser.parse_args()


def _drawn(chosen: argparse.Namespace) -> list[Mutant]:
    every = [
        mutant
        for room in chosen.rooms or ROOMS
        for path in sorted((ROOT / "portal" / room).rglob("*.py"))
        for mutant in _of(path.relative_to(ROOT).as_posix())
    ]
    return random.Random(chosen.seed).sample(every, min(chosen.number, len(every)))


def _part(drawn: list[Mutant], part: str) -> list[Mutant]:
    one, _, of = part.partition("/")
    return drawn[int(one) - 1 :: int(of)]


def _at(place: str) -> list[Mutant]:
    file, _, line = place.partition(":")
    return [one for one in _of(file) if one.fault.line == int(line)]


def _of(file: str) -> list[Mutant]:
    return [Mutant(file, one) for one in faults((ROOT / file).read_text("utf-8"))]


def _copied(tree: Path) -> Path:
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*UNTRACKED))
    return tree


def _compile(tree: Path) -> None:
    """Keep what is compiled: a fault is known by its text then, not by its hour."""
    by_text = ("--invalidation-mode", "checked-hash")
    for command in (
        ("compileall", "-q", *by_text, "portal", "scheduler"),
        ("pytest", "--collect-only", "-q", "-p", "no:cacheprovider"),
    ):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=tree,
            env={**environment, CLOCK_FILE: clock_file()},
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _reach(tree: Path, tests: list[str]) -> Reach:
    """Which tests run which line; none may fail without a fault."""
    _say(f"Without a fault, to see which tests run a line: {' '.join(tests)}")
    kept = tree.parent / "reach"
    ending = _ending(tree, ["-p", Reach.__module__, *tests], {REACH_FILE: str(kept)})
    assert ending is Ending.PASSED, "a test fails as it is"
    return Reach(tree, kept)


def _noticed(tree: Path, mutant: Mutant, reach: Reach) -> str:
    """How the first tests that notice the fault in the copy end; empty: none does."""
    file = tree / mutant.file
    sound = file.read_text("utf-8")
    file.write_text(mutant.fault.text, "utf-8")
    try:
        for whose, tests in _rounds(mutant, reach):
            ending = _ending(tree, tests) if tests else Ending.PASSED
            if ending is not Ending.PASSED:
                return f"{ending} by {whose}"
        return ""
    finally:
        file.write_text(sound, "utf-8")


def _rounds(mutant: Mutant, reach: Reach) -> Iterator[tuple[str, list[str]]]:
    """Whose tests are asked, one after the other, and which."""
    room = _tests({mutant.room}, of_users=False)
    reached = reach.tests(mutant.file, mutant.fault.line)
    own = [one for one in reached if one.startswith(tuple(f"{each}/" for each in room))]
    yield "who runs it", own
    yield "its room", room
    yield "who uses it", [one for one in reached if one not in own]


def _tests(rooms: set[str], *, of_users: bool) -> list[str]:
    """The folders of tests of these rooms."""
    named = set(rooms)
    if of_users:
        named |= {user for room in rooms for user in USERS.get(room, ())}
    return sorted(f"tests/{each}" for each in named if (ROOT / "tests" / each).is_dir())


def _ending(
    tree: Path, tests: list[str], settings: Mapping[str, str] = NO_SETTINGS
) -> Ending:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--databases", "sqlite"]
    command += ["-p", "no:cacheprovider", "-m", "not browser and not alone"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=tree,
            env={**environment, CLOCK_FILE: clock_file(), **settings},
            capture_output=True,
            timeout=None if settings else PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ending.ENDLESS
    return Ending.PASSED if done.returncode in NOTHING_FAILED else Ending.FAILED


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
