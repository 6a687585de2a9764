"""Entries that are written down: the study's examples and the cases of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from portal.protocol.study.model import Study
from tests.support.source import ROOT

JUDGING = [
    "tests/protocol/triage/test_judge.py",
    "tests/protocol/triage/test_json_lines.py",
]


def examples(study: Study) -> Iterator[dict[str, Any]]:
    """The worked examples of the study file."""
    for example in study.examples:
        yield _entry(example.phase, example.answers, previous=list(example.previous))


def typed_in_tests(study: Study) -> Iterator[dict[str, Any]]:
    """Every note, temperature and home reading that a test of reading them names."""
    phases = [phase.code for phase in study.phases]
    for module in ("test_red_flag_words", "test_signs_said", "test_readings"):
        for note in _listed(f"tests.protocol.words.{module}", "note"):
            yield from (_entry(phase, {"emerg": [], "note": note}) for phase in phases)
    for value in _listed("tests.protocol.words.test_numbers", "value"):
        for unit in ("C", "F"):
            yield _entry("W1", {"emerg": [], "temp": {"value": value, "unit": unit}})
    for text in _listed("tests.protocol.words.test_numbers", "text"):
        yield _entry("W1", {"emerg": [], "spo2": text, "steroid": {"mg": text}})
    for answers in _listed("tests.protocol.triage.test_facts", "answers"):
        yield from (_entry(phase, answers) for phase in phases)


def judged_in_tests() -> list[dict[str, Any]]:
    """Every entry that the tests of triage judge, as they judge it.

    Runs those tests with a plugin that writes down what they ask (a few seconds).
    """
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "entries.jsonl"
        words = ["-q", "-n0", "-p", "tests.parity.recorder", "--record", str(written)]
        run = [sys.executable, "-m", "pytest", *words, *JUDGING]
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
        lines = written.read_text("ascii").splitlines()
        return [json.loads(line, parse_float=_number) for line in lines]


def _number(text: str) -> float | int:
    """As a phone has it: one kind of number, that writes 1.0 as 1."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _listed(module: str, name: str) -> Iterator[Any]:
    """The values that parametrized tests of ``module`` give to ``name``."""
    for test in vars(import_module(module)).values():
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize":
                yield from _column(mark.args[0], mark.args[1], name)


def _column(names: Any, rows: Any, name: str) -> Iterator[Any]:
    columns = [names] if isinstance(names, str) else list(names)
    if name not in columns:
        return
    place = columns.index(name)
    for row in rows:
        yield row if isinstance(names, str) else row[place]


def _entry(phase: str, answers: Any, **more: Any) -> dict[str, Any]:
    entry = {"phase": phase, "answers": answers, "previous": [], "source": "app"}
    return json.loads(json.dumps({**entry, **more}))
