"""``./run`` changes into its own folder; files are named from where the caller stands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.source import ROOT

SILENT = """
say() { :; }
use_lock() { :; }
compile_translations() { :; }
python=tell
tell() { :; }
exec() { shift; printf '%s\\n' "$@"; }
"""
"""In place of what ``.ci/environment.sh`` installs: the words that Python would get."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "portal"
    (made / ".ci").mkdir(parents=True)
    (made / ".ci" / "environment.sh").write_text(SILENT)
    (made / "inside.toml").touch()
    shutil.copy(ROOT / "run", made / "run")
    return made


def words(home: Path, here: Path, *said: str) -> list[str]:
    command = ["bash", str(home / "run"), *said]
    told = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def test_a_file_where_the_caller_stands_is_found(home: Path, tmp_path: Path) -> None:
    here = tmp_path / "my work"
    (here / "deep").mkdir(parents=True)
    (here / "mine.toml").touch()
    (here / "deep" / "notes.tsv").touch()
    (here / "check").touch()
    said = ("study", "check", "mine.toml", "./new", "deep/notes.tsv", "dcar-sle")
    assert words(home, here, "portal", *said) == [
        *("-m", "portal", "study", "check"),
        f"{here}/mine.toml",
        f"{here}/./new",
        f"{here}/deep/notes.tsv",
        "dcar-sle",
    ]
    assert words(home, here, "--study=mine.toml", "--port", "8001") == [
        *("-m", "portal", "demo"),
        f"--study={here}/mine.toml",
        *("--port", "8001"),
    ]
    assert words(home, here, "--study", "mine.toml")[-1] == f"{here}/mine.toml"


def test_any_other_word_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    said = ["study", "check", "inside.toml", "/a/b.toml", "--why", "a/b or c", "x=1/2"]
    assert words(home, tmp_path, "portal", *said) == ["-m", "portal", *said]
    assert words(home, tmp_path) == ["-m", "portal", "demo"]
