"""The guide's line about a language is true to the letter: here it is followed.

In a copy of the code, and with nothing but what the line names.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from tests.support.source import ROOT

SHIFTED = str.maketrans("aeiouAEIOU", "ouaeiOUAEI")
GAP = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|\\.)")
EN = re.compile(r'(?m)(, |^)en = "((?:[^"\\]|\\.)*)"')
PHRASES = re.compile(r"(?ms)^en = (\[.*?\])\n")
ASKED = re.compile(r"(?m)^(\[\[item\]\].*)\n(?!(?:.+\n)*unheard = )")


def translated(sentence: str) -> str:
    """English with other vowels: as long, and another language."""
    parts = GAP.split(sentence)
    parts[::2] = [part.translate(SHIFTED) for part in parts[::2]]
    return "".join(parts)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("portal", "templates", "static", "studies", "scheduler"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy: Path, *command: str) -> str:
    """What a command of the copy prints; it must end well."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def a_line_in_the_table(copy: Path) -> None:
    table = copy / "portal" / "languages.py"
    text = table.read_text("utf-8")
    last = '    Language("en", "en", "en", "en-US", "English"),\n'
    assert last in text
    line = '    Language("eo", "eo", "eo", "eo", "Esperanto"),\n'
    table.write_text(text.replace(last, last + line), "utf-8")


def its_catalogue(copy: Path) -> None:
    missing = subprocess.run(  # it names every line that is still to be filled in
        [sys.executable, "-m", "portal.translations", "update"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        check=False,
    )
    assert missing.returncode == 1
    path = copy / "portal/translations/eo/LC_MESSAGES/messages.po"
    catalogue = read_po(BytesIO(path.read_bytes()), locale="eo")
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            message.string = translated(message.id)
        elif message.id:
            message.string = tuple(map(translated, message.id))
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)
    run(copy, "portal.translations", "missing")
    run(copy, "portal.translations", "compile")


def every_text_of_a_study(copy: Path) -> None:
    path = copy / "studies" / "dcar-sle.toml"
    text = path.read_text("utf-8")

    def with_another(found: re.Match[str]) -> str:
        start, words = found.groups()
        between = start or "\n"
        return f'{start}en = "{words}"{between}eo = "{translated(words)}"'

    assert PHRASES.search(text) is not None
    text = PHRASES.sub(r"en = \1\neo = \1\n", EN.sub(with_another, text))
    text = ASKED.sub(r'\1\nunheard = "not yet"\n', text)
    path.write_text('languages = ["zh", "en", "eo"]\n' + text, "utf-8")


@pytest.mark.thorough
def test_the_line_of_the_guide_is_all_that_a_language_takes(copy: Path) -> None:
    line = "a line in `_TABLE` of `languages.py`"
    assert line in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    a_line_in_the_table(copy)
    its_catalogue(copy)
    every_text_of_a_study(copy)
    assert "no fault" in run(copy, "portal", "study", "check", "dcar-sle", "--quick")
    shown = run(copy, "portal", "study", "show", "dcar-sle", "--language", "eo")
    assert translated("Texts and calls") in shown
    assert translated("Follow-up after") in shown
    assert "Texts and calls" not in shown
