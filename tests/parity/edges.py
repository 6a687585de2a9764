"""Entries at limits that chance seldom meets: lengths, distances, ranges, histories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def edges() -> Iterator[dict[str, Any]]:
    """Each limit of reading an entry, from both sides."""
    for answers in (*_temperatures(), *_notes()):
        yield _entry({"emerg": [], **answers})
    same = {"emerg": [], "temp": {"value": "36.5", "unit": "C"}}
    for length in (3, 4, 5, 198, 199, 200, 201, 205):
        past = [{"days_ago": day, "answers": same} for day in range(1, length + 1)]
        yield _entry(same, past)
        yield _entry(same, past[::-1])


def _temperatures() -> Iterator[dict[str, Any]]:
    """The ends of what a body can have, and of what is taken for the other unit."""
    near = [3195, 3200, 3595, 3600, 4200, 4205, 8595, 8600, 8960, 10760, 11300, 11305]
    for hundredths in (end + off for end in near for off in (-1, 0, 1, 4, 5, -5, -6)):
        value = f"{hundredths // 100}.{hundredths % 100:02d}"
        for unit in ("C", "F"):
            yield {"temp": {"value": value, "unit": unit}}
            yield {"temp_max": {"value": value + "0001", "unit": unit}}


def _notes() -> Iterator[dict[str, Any]]:
    """Denials just near enough, dates just nearer, notes just short enough."""
    for filler in ("一", "🤒", "𠮷", "é", "٣", "ß", "\U00031350"):
        for count in range(10):
            between = filler * count
            yield {"note": f"没有{between}抽搐"}
            yield {"note": f"not {' '.join(between)} seizure"}
            yield {"note": f"抽搐{between}去年三四五发烧"}
    for before in (
        "",
        " ",
        "-",
        "'",
        "“",
        "但",
        "🤒",
        "\n",
        "\U0001ccd6\u00ad",
        "\u00ad",
        "\udaa8",
    ):
        for said in (
            "thirty-nine point two",
            "one oh two temp",
            "三十九度二",
            "39.2度",
        ):
            yield {"note": f"{before}{said}\u00a0and so on"}
            yield {"note": f"{before}{before}{said}"}
    for length in (500, 501, 1_999, 2_000, 2_001):
        for filler in ("x", "好", "🤒"):
            yield {"note": filler * (length - 2) + "抽搐"}


def _entry(answers: dict[str, Any], previous: Any = ()) -> dict[str, Any]:
    past = list(previous)
    return {"phase": "W1", "answers": answers, "previous": past, "source": "app"}
