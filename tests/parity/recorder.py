"""A plugin of pytest: writes down every entry that the tests it runs with judge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.triage import json_lines
from portal.protocol.triage.judge import judge


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", type=Path, required=True)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    recording = _recording(config.getoption("--record"))
    modules = {item.module for item in items if isinstance(item, pytest.Function)}
    for module in [*modules, json_lines]:
        if getattr(module, "judge", None) is judge:
            module.judge = recording


def _recording(path: Path) -> Callable[..., Any]:
    def recorded(
        study: Any,
        phase: Any,
        answers: Any,
        previous: Any = (),
        *,
        source: str = "app",
        place: Place | None = None,
    ) -> Any:
        entry = {
            "phase": phase,
            "answers": answers,
            "previous": [vars(old) for old in previous],
            "source": source,
            "place": place and place.value,
        }
        text = _json(entry)
        if study.id == "dcar-sle" and text is not None:
            with path.open("a", encoding="ascii") as file:
                file.write(text + "\n")
        return judge(study, phase, answers, previous, source=source, place=place)

    return recorded


def _json(entry: dict[str, Any]) -> str | None:
    """The entry, or None: what JSON cannot say, no phone can send."""
    try:
        return json.dumps(entry, allow_nan=False)
    except (TypeError, ValueError):
        return None
