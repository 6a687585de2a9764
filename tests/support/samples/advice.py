"""What the sample person is told: emergency, urgent, calm; and what came before."""

from __future__ import annotations

from typing import Any

from portal.protocol.study.tiers import Tier
from portal.web.parts.advice.alarm import Alarm, Call
from portal.web.parts.advice.who_answered import StatusLine
from tests.support.samples.common import (
    DUTY,
    NOW,
    Sample,
    Say,
    curve,
    tabs,
    visits,
)


def advice_pages(say: Say) -> list[Sample]:
    emergency: dict[str, Any] = {
        "tier": Tier.EMERGENCY,
        "heading": say("请立即拨打120", "Call 120 now"),
        "lines": [
            say("或马上由家人送到最近的急诊。", "Or go to the nearest emergency room."),
            say("告诉医生：“我接受过CAR-T细胞治疗”。", "Say: I have had CAR-T cells."),
            say("不要自己开车。", "Do not drive yourself."),
        ],
        "promised": [],
        "until": NOW,
        "told": say("已通知研究团队，03:02。", "Your study team has been told, 03:02."),
        "status_url": "/advice/1/status",
        "status": StatusLine(
            "waiting",
            say("正在等待值班医生确认。", "Waiting for the doctor on call."),
            until=NOW,
            late=unanswered(say, None),
        ),
        "now": NOW,
        "call": {
            "number": "120",
            "label": say("拨打120", "Call 120"),
            "first": True,
            "hint": None,
        },
        "card_href": "/card",
        "again": None,
        "conflict": None,
        "next": {
            "label": say("继续填写日记", "Go on with the diary"),
            "href": "/diary",
        },
    }
    urgent = {
        **emergency,
        "tier": Tier.URGENT,
        "heading": say("请保持电话畅通", "Keep your phone free"),
        "lines": [
            say(
                "研究团队应在15分钟内给您打电话。",
                "Your study team should call you within 15 minutes.",
            ),
            say(
                f"15分钟内没有接到电话，请拨打{DUTY}。",
                f"No call within 15 minutes: phone {DUTY}.",
            ),
            say(
                "如出现抽搐、叫不醒或呼吸困难，立即拨打120。",
                "A seizure, not waking up, trouble breathing: call 120 at once.",
            ),
        ],
        "status": StatusLine(
            "done",
            say("陈医生03:06已看到您的报告。", "Dr Chen has seen your report, 03:06."),
        ),
        "call": {
            "number": DUTY,
            "label": say("拨打值班电话", "Call the duty line"),
            "hint": None,
            "first": False,
        },
        "card_href": None,
    }
    calm = {
        **urgent,
        "tier": Tier.ROUTINE,
        "heading": say("已收到，08:14", "Received, 08:14"),
        "lines": [
            say(
                "感觉不适时，随时点“立即报告”。",
                "Report again at any time if you feel unwell.",
            )
        ],
        "told": None,
        "status": None,
        "status_url": None,
        "call": None,
        "again": {
            "times": ["08:24", "09:14"],
            "seconds": 600,
            "missed_at": "20:30",
            "href": "/diary",
        },
        "conflict": {
            "entry": "1",
            "name": "emerg",
            "ticked": ["chest_pain"],
            "first": say("都没有", "none"),
            "second": say("胸痛", "Chest pain"),
        },
        "next": {"label": say("回到今天", "Back to today"), "href": "/today"},
    }
    alarm = StatusLine("waiting", "", alarm=unanswered(say, None))
    return [
        ("advice-unanswered", "participant/advice.html", {**urgent, "status": alarm}),
        ("advice-emergency", "participant/advice.html", emergency),
        ("advice-urgent", "participant/advice.html", urgent),
        ("advice-calm", "participant/advice.html", calm),
    ]


def unanswered(say: Say, back: str | None) -> Alarm:
    """Nobody has answered: whom to phone."""
    return Alarm(
        say("还没有人回应您的报告。", "Nobody has answered your report yet."),
        (
            say("请现在拨打值班电话。", "Phone the duty line now."),
            say("我们仍在继续联系研究团队。", "We go on trying to reach your team."),
        ),
        (
            Call(DUTY, say("拨打值班电话", "Call the duty line"), DUTY),
            Call("120", say("拨打120", "Call 120")),
        ),
        back,
    )


def month(say: Say) -> dict[str, Any]:
    """One week of a month: an empty square, today, and a visit."""

    def day(number: int, today: bool, words: str, look: str) -> dict[str, Any]:
        iso = f"2026-03-{number:02}"
        shown = {"number": number, "today": today, "words": words}
        return {**shown, "look": look, "iso": iso}

    visit = day(3, False, say("第14天复诊", "Day 14 visit"), "coming")
    return {
        "title": say("2026年3月", "March 2026"),
        "weekdays": [(say("一", "M"), say("星期一", "Monday"))] * 4,
        "weeks": [[None, day(1, False, "", ""), day(2, True, "", ""), visit]],
        "before": None,
        "after": {"href": "/calendar", "label": say("2026年4月", "April 2026")},
    }


def rest(say: Say) -> list[Sample]:
    entries = [
        (say("今天 08:14", "Today 08:14"), "38.2 ℃", "waiting"),
        (say("3月21日 08:02", "21 March 08:02"), "37.4 ℃", "done"),
        (say("3月20日 08:10", "20 March 08:10"), None, "done"),
    ]
    received = say("已收到", "Received")
    called = say("等待回电", "We will call you")
    drawn = curve(say)
    history = {
        "curves": [
            {
                "readings": drawn["readings"],
                "title": drawn["curve_title"],
                "axis": drawn["axis"],
                "heading": drawn["curve_heading"],
                "mark": "",
            }
        ],
        "navigation": tabs(say, 2),
        "older": None,
        "grid": {
            "days": [("3/21", say("3月21日", "21 March")), ("3/20", "20")],
            "rows": [
                (say("现在有这些吗？", "Any of these now?"), [(4, "red flag"), None]),
                (say("发黄", "Yellow skin"), [(5, say("有", "yes")), None]),
                (say("头痛", "Headache"), [(2, say("中", "moderate")), None]),
                (say("手抖", "Shaking hands"), [(0, say("没有", "none")), (3, "3")]),
            ],
        },
        "entries": [
            {
                "title": title,
                "note": received if kind == "done" else called,
                "href": "/history/1",
                "kind": kind,
                "reading": reading,
            }
            for title, reading, kind in entries
        ],
    }
    pieces = {
        "title": say("请再看一下", "A heading"),
        "text": say("没有昨天的日记，现在仍可补填。", "You can still add it."),
        "error": say("请填6位数字。", "Type the 6 digits."),
        "visits": visits(say),
        "month": month(say),
    }
    return [
        ("history", "participant/history.html", history),
        ("pieces", "pieces.html", pieces),
    ]
