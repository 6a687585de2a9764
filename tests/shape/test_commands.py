"""The two commands do no work twice, stop at nothing, and say what failed.

They are tried in a folder with a space in its name, on programs that only write down
how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tests.support.waiting import until

PROGRAM = """#!/bin/sh
said="${PORTAL_TEST_AMOUNT:+$PORTAL_TEST_AMOUNT: }${PYTHONDONTWRITEBYTECODE:+forgets: }"
echo "$said$(basename "$0") $*" >> "$CALLS"
case "$*" in
*"pip install"*)
    echo "a hundred lines"
    exit "${PIP_STATUS:-0}"
    ;;
*"-m pytest"*)
    echo "$PYTEST_SAYS"
    exit "${PYTEST_STATUS:-0}"
    ;;
*) [ "$(basename "$0")" != "$FAILING" ] ;;
esac
"""
INSTALLS = "python -m pip install"
REWRITTEN = "tests/__pycache__/conftest.cpython-311-pytest-9.2.0.pyc"
LONG_SEARCHES = ("states", "parity", "faults", "simulation", "hours")


@dataclass
class Place:
    """A copy of the commands, with pretended programs."""

    home: Path

    @property
    def venv(self) -> Path:
        return self.home / "virtual environment"

    def do(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs a command from another folder."""
        environment = {"PATH": os.environ["PATH"], "CALLS": str(self.home / "calls")}
        environment |= {"PORTAL_VENV": str(self.venv), "FAILING": ""} | settings
        environment |= {"PORTAL_CHROMIUM": "/bin/sh"}
        (self.home / "calls").write_text("")
        return subprocess.run(
            [self.home / command[0], *command[1:]],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self, start: str = "") -> list[str]:
        """How the programs were called by the last command."""
        lines = (self.home / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(start)]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "a place")
    (made.venv / "bin").mkdir(parents=True)
    for name in ("run", "test"):
        shutil.copy(ROOT / name, made.home)
    shutil.copytree(ROOT / ".ci", made.home / ".ci")
    for name in ("python", "ruff", "mypy", "lint-imports"):
        program = made.venv / "bin" / name
        program.write_text(PROGRAM)
        program.chmod(0o755)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (made.home / lock).write_text(f"what {lock} held at first")
    (made.home / REWRITTEN).parent.mkdir(parents=True)
    (made.home / REWRITTEN).touch()
    return made


def test_the_first_start_installs_and_then_shows_the_demo(place: Place) -> None:
    done = place.do("run", "--port", "8001")
    assert done.returncode == 0, done.stderr
    (install,) = place.calls(INSTALLS)
    assert install.endswith("--require-hashes -r requirements.lock")
    assert "a hundred lines" not in done.stdout + done.stderr
    assert place.calls()[-1] == "python -m portal demo --port 8001"


def test_the_second_start_installs_nothing(place: Place) -> None:
    place.do("run")
    place.do("run")
    assert place.calls(INSTALLS) == []
    assert place.calls()[-1] == "python -m portal demo"


def test_a_start_names_the_study_to_show(place: Place) -> None:
    place.do("run", "--study", "hypertension", "--fresh")
    assert place.calls()[-1] == "python -m portal demo --study hypertension --fresh"


def test_a_start_after_the_tests_installs_nothing(place: Place) -> None:
    place.do("test", "tests/protocol")
    place.do("run")
    assert place.calls(INSTALLS) == []


def test_the_tests_after_a_start_install_their_tools(place: Place) -> None:
    place.do("run")
    place.do("test", "tests/protocol")
    assert [call.split()[-1] for call in place.calls(INSTALLS)] == [
        "requirements-dev.lock"
    ]


def test_a_changed_lock_is_installed(place: Place) -> None:
    place.do("run")
    (place.home / "requirements.lock").write_text("something newer")
    place.do("run")
    assert len(place.calls(INSTALLS)) == 1


def test_an_install_that_failed_is_tried_again(place: Place) -> None:
    done = place.do("run", PIP_STATUS="1")
    assert done.returncode != 0
    assert "a hundred lines" in done.stderr
    assert "could not install requirements.lock" in done.stderr
    assert place.calls("python -m portal") == []
    place.do("run")
    assert len(place.calls(INSTALLS)) == 1


def test_any_command_of_the_portal_can_be_given(place: Place) -> None:
    place.do("run", "portal", "study", "check")
    assert place.calls()[-1] == "python -m portal study check"


@pytest.mark.parametrize(
    "words", [("--prot", "1"), ("demo",), ("--port",), ("--study",)]
)
def test_a_word_that_run_does_not_know_installs_nothing(
    place: Place, words: tuple[str, ...]
) -> None:
    done = place.do("run", *words)
    assert done.returncode == 2
    assert words[0] in done.stderr.splitlines()[0]
    assert place.calls() == []


@pytest.mark.parametrize(
    "module", ["tests.parity", "tests.support.tour", "benchmarks.first_paint"]
)
def test_a_tool_without_its_packages_says_what_installs_them(module: str) -> None:
    hidden = (
        "import sys, runpy; sys.modules['playwright'] = None; sys.argv[1:] = ['-h']"
    )
    program = f"{hidden}; runpy.run_module({module!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "./test" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_needs_nothing_installed(place: Place) -> None:
    for command in ("run", "test"):
        done = place.do(command, "--help")
        assert done.returncode == 0
        assert f"./{command}" in done.stdout
        assert place.calls() == []


def test_a_catalogue_is_compiled_when_it_is_newer(place: Place) -> None:
    folder = place.home / "portal" / "translations" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "messages.po", folder / "messages.mo"
    source.write_text("")
    compiled.write_text("")
    os.utime(source, (1, 1))
    compiles = "python -m babel.messages.frontend"
    place.do("run")
    assert place.calls(compiles) == []
    os.utime(compiled, (0, 0))
    place.do("run")
    assert len(place.calls(compiles)) == 1


def test_every_step_runs_even_when_one_fails(place: Place) -> None:
    done = place.do("test", "quick", FAILING="mypy")
    assert done.returncode == 1
    assert len(place.calls("python -m pytest")) == 2
    assert done.stdout.splitlines()[-1].startswith("FAILED: 1 of 7 steps")
    assert done.stdout.splitlines()[-1].endswith("[Types]")


def test_what_is_checked_beside_the_tests_fails_the_command_too(place: Place) -> None:
    done = place.do("test", FAILING="mypy")
    assert done.returncode == 1
    assert "--- FAILED: Types" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("FAILED: 1 of 7 steps")
    assert last.endswith("[Types]")


def test_a_failing_test_fails_the_command(place: Place) -> None:
    done = place.do("test", "quick", PYTEST_STATUS="1")
    assert done.returncode == 1
    last = done.stdout.splitlines()[-1]
    assert last.endswith("[Tests] [Tests of real time, alone]")
    assert place.do("test", "tests/protocol", PYTEST_STATUS="1").returncode == 1


def test_when_all_is_well_the_command_says_so(place: Place) -> None:
    done = place.do("test", "quick")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("PASSED: all 7 steps")


def test_quick_leaves_out_the_browser_and_postgresql(place: Place) -> None:
    place.do("test", "quick")
    for tests in place.calls("python -m pytest"):
        assert "--databases sqlite" in tests
        assert "not browser" in tests


def test_a_run_that_is_killed_takes_its_tests_along(place: Place) -> None:
    """Only the script is killed: nobody is left to wait for what it started."""
    number = place.home / "number of the tests"
    lasts = f'#!/bin/sh\n[ "$2" = pytest ] || exit 0\necho $$ > "{number}"\nexec sleep 300\n'
    (place.venv / "bin" / "python").write_text(lasts)
    environment = {"PATH": os.environ["PATH"], "PORTAL_VENV": str(place.venv)}
    script = subprocess.Popen(
        [place.home / "test", "tests/protocol"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: number.exists() and number.read_text().endswith("\n"), "the tests")
    script.kill()
    script.wait()
    until(lambda: not is_running(int(number.read_text())), "their end")


def is_running(number: int) -> bool:
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_what_measures_real_time_runs_last_and_alone(place: Place) -> None:
    tests = place.home / "tests"
    (tests / "test_rule.py").write_text("def test_rule(): ...")
    (tests / "test_time.py").write_text("@pytest.mark.alone\ndef test_time(): ...")
    place.do("test", "quick")
    together, alone = place.calls("python -m pytest")
    assert "-n 4" in together
    assert together.endswith("and not alone")
    assert "-n " not in alone
    assert "tests/test_time.py" in alone
    assert "tests/test_rule.py" not in alone
    assert alone.endswith("and alone")


def test_of_a_fresh_checkout_one_process_reads_the_tests_before_the_workers(
    place: Place,
) -> None:
    (place.home / REWRITTEN).unlink()
    place.do("test", "quick")
    read, together, _alone = place.calls("python -m pytest")
    assert "--collect-only" in read
    assert "-n 4" in together


def test_a_thorough_run_leaves_nothing_out_and_searches_long(place: Place) -> None:
    done = place.do("test", "thorough")
    assert done.stdout.splitlines()[-1].startswith("PASSED: all 15 steps")
    together, alone = place.calls("thorough: python -m pytest")
    assert together.endswith("-m not alone")
    assert alone.endswith("-m alone")
    searches = {call.split()[3] for call in place.calls("thorough: python -m tests.")}
    assert searches == {f"tests.{name}" for name in LONG_SEARCHES}


def test_what_is_compiled_is_kept_whatever_the_machine_does_otherwise(
    place: Place,
) -> None:
    place.do("test", "tests/protocol", PYTHONDONTWRITEBYTECODE="1")
    assert place.calls("python -m pytest")
    assert place.calls("forgets: ") == []


def test_a_known_fault_of_python_is_repeated_once(place: Place) -> None:
    fault = "E   SystemError: AST constructor recursion depth mismatch (before=1)"
    done = place.do("test", "tests/protocol", PYTEST_STATUS="1", PYTEST_SAYS=fault)
    assert len(place.calls("python -m pytest")) == 2
    assert done.returncode == 1


def test_no_other_failure_is_repeated(place: Place) -> None:
    place.do("test", "tests/protocol", PYTEST_STATUS="1", PYTEST_SAYS="E   SystemError")
    assert len(place.calls("python -m pytest")) == 1


def test_continuous_integration_runs_the_same_command(place: Place) -> None:
    done = place.do(".ci/run", "quick")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("PASSED: all 7 steps")
