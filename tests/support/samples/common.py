"""What several sample pages share: a week of temperatures, visits, the tabs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from portal.languages import LANGUAGES
from portal.protocol.triage.curve_points import axis
from portal.study_files import load_study

Say = Callable[[str, str], str]
Sample = tuple[str, str, dict[str, Any]]
"""Name of the picture, template, context."""

DUTY = "028-8542 0000"
NOW = datetime(2026, 3, 11, 19, 4, tzinfo=UTC)
DAYS = ["16", "17", "18", "19", "20", "21", "22"]
VALUES = [36.6, 36.8, 36.5, None, 36.9, 37.4, 38.2]


def frame(language: str) -> dict[str, Any]:
    """What every page is given."""
    zh = language == "zh"
    return {
        "site": {
            "name": "华西示范医院" if zh else "Huaxi demonstration hospital",
            "duty_line": DUTY,
            "emergency_number": "120",
        },
        "language": language,
        "tongue": LANGUAGES[language],
        "tongues": LANGUAGES,
        "offered": list(LANGUAGES.values()),
        "study_unapproved": True,
    }


STUDY = load_study("dcar-sle")


def curve(say: Say) -> dict[str, Any]:
    notes = {3: say("没有日记", "no diary"), 6: say("腋下", "armpit")}
    return {
        "curve_title": say("最近7天的体温", "Temperature, last 7 days"),
        "curve_heading": say("体温（℃）", "Temperature, ℃"),
        "axis": axis(STUDY, STUDY.curves[0]),
        "readings": [
            {"label": f"{day}{say('日', '')}", "value": value, "note": notes.get(i, "")}
            for i, (day, value) in enumerate(zip(DAYS, VALUES, strict=True))
        ],
    }


def tabs(say: Say, current: int) -> list[dict[str, Any]]:
    words = [say("今天", "Today"), say("日历", "Calendar"), say("记录", "Entries")]
    return [
        {"label": word, "href": "/today", "current": i == current}
        for i, word in enumerate(words)
    ]


def visits(say: Say) -> list[dict[str, Any]]:
    return [
        {
            "title": "D14",
            "when": say("3月24日 星期二", "Tuesday 24 March"),
            "state": "next",
            "state_word": say("下一次", "next"),
            "window": say("3月23日到25日", "23 to 25 March"),
            "place": say("门诊楼3层", "Floor 3"),
            "bring": say("治疗卡，空腹", "Treatment card, no breakfast"),
        },
        {
            "title": "D7",
            "when": say("3月17日 星期二", "Tuesday 17 March"),
            "state": "past",
            "state_word": say("已完成", "attended"),
        },
    ]
