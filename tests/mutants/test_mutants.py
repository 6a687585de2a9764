"""The faults that are put in are faults, one at a time, and where they are said to be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.__main__ import ROOMS, USERS
from tests.mutants.faults import faults
from tests.mutants.reach import REACH_FILE, Reach
from tests.support.source import ROOT


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("a < b", ["a >= b"]),
        ("a is None", ["a is not None"]),
        ("a in b", ["a not in b"]),
        ("a and b", ["a or b"]),
        ("a + b", ["a - b"]),
        ("not a", ["a"]),
        ("x = True", ["x = False"]),
        ("x = 3", ["x = 4"]),
        ("f(a)", ["pass"]),
        ("a < b and c", ["a < b or c", "a >= b and c"]),
    ],
)
def test_each_place_gets_its_fault(was: str, now: list[str]) -> None:
    assert [one.text for one in faults(was)] == now


def test_a_result_is_forgotten() -> None:
    (fault,) = faults("def f():\n    return g(1.5)")
    assert (fault.line, fault.was, fault.now) == (2, "return g(1.5)", "return None")


@pytest.mark.parametrize(
    "nothing",
    [
        '"""Words."""',
        "@dataclass(frozen=True)\nclass A:\n    x: int",
        "def f(x: Literal[3]) -> Literal[True]: ...",
        "if TYPE_CHECKING:\n    x = True",
        "log.warning('gone', 3)",
        "x = query.limit(1)",
        "def f():\n    return None",
    ],
)
def test_what_changes_nothing_is_no_fault(nothing: str) -> None:
    assert list(faults(nothing)) == []


def test_every_room_has_faults_and_tests_of_its_own_and_of_its_users() -> None:
    for room in ROOMS:
        files = [*(ROOT / "portal" / room).rglob("*.py")]
        assert any(True for file in files for _ in faults(file.read_text("utf-8")))
        for place in (room, *USERS[room]):
            assert (ROOT / "tests" / place).is_dir(), place


TWO = """
def half(number):
    return (
        number
        / 2
    )

def twice(number):
    return number * 2
"""
ASKED = """
import pytest
from portal.two import half, twice

@pytest.mark.parametrize("number", [2, 4])
def test_half(number):
    assert half(number) < number

def test_both():
    assert twice(half(2)) == 2
"""


@pytest.mark.thorough
def test_the_tests_that_run_a_line_are_known(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/__init__.py").touch()
    (tmp_path / "portal/two.py").write_text(TWO)
    (tmp_path / "test_two.py").write_text(ASKED)
    kept = tmp_path / "reach"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", Reach.__module__, "."],
        cwd=tmp_path,
        env={**os.environ, REACH_FILE: str(kept), "PYTHONPATH": f".:{ROOT}"},
        check=True,
    )
    reach = Reach(tmp_path, kept)
    both, half = "test_two.py::test_both", "test_two.py::test_half"
    assert reach.tests("portal/two.py", 3) == [both, half]
    assert reach.tests("portal/two.py", 5) == [both, half]
    assert reach.tests("portal/two.py", 9) == [both]
    assert reach.tests("portal/two.py", 1) == []
