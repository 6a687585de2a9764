"""The worklist and one person, as the sample nurse sees them."""

from __future__ import annotations

from typing import Any

from portal.people.accounts import totp
from portal.web.parts import qr
from tests.support.samples.common import Sample, Say, curve, visits


def staff_pages(say: Say) -> list[Sample]:
    navigation = [
        {"label": say("工作台", "Worklist"), "href": "#", "current": True, "count": 2},
        {"label": say("参与者", "People"), "href": "#", "current": False, "count": 0},
    ]
    common: dict[str, Any] = {
        "staff_name": say("李护士", "Nurse Li"),
        "navigation": navigation,
        "facts": [
            (say("天数", "Day"), say("第12天，在家", "12, at home")),
            (say("报告人", "Reported by"), say("家属，03:02", "caregiver, 03:02")),
            (say("规则", "Rules"), "T05, T10"),
        ],
        **curve(say),
    }
    return [
        ("worklist", "worklist.html", {**common, **worklist(say)}),
        ("person", "person.html", {**common, **person(say)}),
        ("set-up", "auth/staff_code.html", {"shown": offered(), "errors": []}),
    ]


def offered() -> dict[str, Any]:
    """A second factor as it is offered at the first sign-in."""
    secret = b"12345678901234567890"
    link = totp.as_link(secret, account="lina", issuer="portal.example")
    return {
        "offer": {"text": totp.as_text(secret), "link": link},
        "qr": qr.drawing(link),
    }


def worklist(say: Say) -> dict[str, Any]:
    def line(
        tier: str, code: str, summary: str, deadline: str, **more: Any
    ) -> dict[str, Any]:
        act = {"act_label": say("我来处理", "I have this"), "act_url": f"/a/{code}"}
        where = f"/staff/participants/{code}"
        return {
            "tier": tier,
            "code": code,
            "summary": summary,
            "deadline": deadline,
            "href": where,
            **act,
            **more,
        }

    late = say("已超时3分钟", "3 min past its deadline")
    paging = say("正在呼叫二线医生和研究者", "paging second on-call and investigator")
    soon = say("11:02前确认，还有9分钟", "acknowledge by 11:02, in 9 min")
    fever = say("38.2℃，糊涂", "38.2 °C, confused")
    call = say("没有昨天的日记", "no diary since yesterday")
    rota = say("周六22:00到周日06:00无人值班", "nobody on call Sat 22:00 to Sun 06:00")
    now = [
        line(
            "emergency",
            "DS-014",
            say("抽搐", "seizure"),
            late,
            overdue=True,
            note=paging,
            act_kind="danger",
        ),
        line("urgent", "DS-007", fever, soon, act_kind="primary"),
    ]
    by_nine = say("21:00前", "by 21:00")
    todo = [
        line("same_day", "DS-003", call, by_nine, act_label=say("已打电话", "Called")),
        line("routine", "DS-019", rota, say("明天", "tomorrow"), act_url=None),
    ]
    cells = ["hospital"] * 8 + ["diary"] * 9 + ["missing", "diary", "alert"]
    return {
        "title": say("工作台", "Worklist"),
        "sections": [
            (say("现在", "Now"), now),
            (say("今天", "Today"), todo),
            (say("以后", "Later"), []),
        ],
        "nothing": say("没有待办。", "Nothing waits here."),
        "roster_title": say("最近28天", "The last 28 days"),
        "days": [str(day) for day in range(1, 29)],
        "people": [
            {"code": f"DS-{n:03}", "href": "#", "cells": ["none"] * 8 + cells}
            for n in (3, 7, 14)
        ],
    }


def person(say: Say) -> dict[str, Any]:
    paged = say("已呼叫陈医生（电话）", "Dr Chen was paged (call)")
    why = say(
        "第2步，15分钟无人确认。已接通，未按键。",
        "Step 2, unacknowledged after 15 min. Answered, no key pressed.",
    )
    plain: dict[str, Any] = {"at_iso": "2026-03-22T03:02:11+08:00"}
    report = {
        "at": "03:02",
        "title": "38.2 ℃",
        "kind": "entry",
        "tier": "urgent",
        "text": say("糊涂：有。字迹：有变化。", "Confused: yes. Writing: changed."),
    }
    diary = {
        "at": say("3月20日 08:10", "20 Mar 08:10"),
        "title": say("日记", "Diary"),
        "kind": "entry",
        "tier": "routine",
    }
    return {
        "title": say("DS-007 · 第12天 · 在家", "DS-007 · day 12 · at home"),
        "alert": say("38.2℃，糊涂。11:02前确认。", "38.2 °C, confused. By 11:02."),
        "have_label": say("我来处理", "I have this"),
        "call_label": say("打电话", "Call"),
        "timeline_title": say("时间线", "Timeline"),
        "events": [
            ({**plain, "at": "03:17", "title": paged, "kind": "message"}, why),
            ({**plain, **report}, None),
            ({**plain, **diary}, None),
        ],
        "visits": visits(say),
        "outcome_label": say("结果", "Outcome"),
        "outcomes": [
            ("spoke", say("已通话", "Spoke")),
            ("attend", say("请其来院", "Told to attend")),
            ("emergency", say("已送急诊", "Sent to emergency")),
        ],
        "outcome_error": say("请选择结果。", "Choose an outcome."),
        "reason_label": say("原因", "Reason"),
        "close_label": say("结束警报", "Close the alert"),
    }
