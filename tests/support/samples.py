"""What the sample pages show: an invented site, person and night, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Say = Callable[[str, str], str]
Sample = tuple[str, str, dict[str, Any]]
"""Name of the picture, template, context."""

DUTY = "028-8542 0000"
DAYS = ["16", "17", "18", "19", "20", "21", "22"]
VALUES = [36.6, 36.8, 36.5, None, 36.9, 37.4, 38.2]


def samples(language: str) -> list[Sample]:
    """Every sample page in ``zh`` or ``en``."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return [*entry_pages(say), *advice_pages(say), *staff_pages(say), *rest(say)]


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
        "study_unapproved": True,
    }


def curve(say: Say) -> dict[str, Any]:
    notes = {3: say("没有日记", "no diary"), 6: say("腋下", "armpit")}
    return {
        "curve_title": say("最近7天的体温", "Temperature, last 7 days"),
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


def entry_pages(say: Say) -> list[Sample]:
    flags = [
        ("seizure", say("抽搐", "A seizure (fit)")),
        ("unresponsive", say("叫不醒或没有反应", "Cannot be woken, or no response")),
        (
            "breathing",
            say("严重呼吸困难或嘴唇发紫", "Severe trouble breathing, or blue lips"),
        ),
        (
            "one_sided",
            say(
                "一侧手脚无力、嘴歪或突然不能说话",
                "One arm or leg weak, drooping mouth, or sudden loss of speech",
            ),
        ),
        ("chest_pain", say("胸痛", "Chest pain")),
        ("fainted", say("昏倒", "Fainting")),
        (
            "bleeding",
            say(
                "大量出血或止不住的出血", "Heavy bleeding, or bleeding that won't stop"
            ),
        ),
    ]
    reporters = [
        ("self", say("本人", "Myself")),
        ("caregiver", say("家属或照护者", "Family or caregiver")),
    ]
    first: dict[str, Any] = {
        "question": say("现在有下面的情况吗？", "Is any of these happening now?"),
        "options": flags,
        "reporter": "self",
        "reporter_options": reporters,
        "entry": "5f0c0f6e-0000-4000-8000-000000000001",
        "errors": [],
        "ticked": [],
    }
    return [
        ("sign-in", "auth/sign_in.html", {"number": "", "errors": []}),
        (
            "code",
            "auth/code.html",
            {
                "number": "+86 *** **** 0007",
                "errors": [("code", say("请填6位数字。", "Type the 6 digits."))],
            },
        ),
        ("staff-sign-in", "auth/staff_sign_in.html", {"email": "", "errors": []}),
        ("today", "participant/today.html", today(say)),
        ("red-flags", "participant/red_flags.html", first),
        (
            "red-flags-ticked",
            "participant/red_flags.html",
            {**first, "ticked": ["seizure"]},
        ),
        ("temperature", "participant/question.html", temperature(say)),
        ("question", "participant/question.html", question(say)),
    ]


def today(say: Say) -> dict[str, Any]:
    return {
        "greeting": say("早上好。今天是第12天", "Good morning. Today is day 12"),
        "diary": {
            "state": "due",
            "href": "/diary",
            "hint": say("10:00前，约1分钟", "before 10:00, about 1 minute"),
        },
        "visit": {
            "when": say("3月24日 星期二", "Tuesday 24 March"),
            "left": say("还有2天", "in 2 days"),
            "place": say("门诊楼3层", "Outpatient building, floor 3"),
        },
        "advice_lines": [
            say(
                "4月7日前，请留在距医院2小时路程以内。",
                "Until 7 April, please stay within 2 hours of the hospital.",
            )
        ],
        "navigation": tabs(say, 0),
    }


def temperature(say: Say) -> dict[str, Any]:
    sites = [
        ("armpit", say("腋下", "Armpit")),
        ("mouth", say("口腔", "Mouth")),
        ("ear", say("耳朵", "Ear")),
        ("forehead", say("额头", "Forehead")),
    ]
    wrong = say(
        "请填35到42之间的体温，例如36.5。",
        "Type a temperature between 35 and 42, such as 36.5.",
    )
    return {
        "step": 2,
        "total": 14,
        "back": "/diary",
        "action": "/diary/2",
        "entry": "5f0c0f6e-0000-4000-8000-000000000001",
        "title": say("体温", "Temperature"),
        "none_label": None,
        "errors": [("temp", wrong)],
        "fields": [
            {
                "kind": "temperature",
                "name": "temp",
                "label": say("现在的体温", "Temperature now"),
                "value": "382",
                "unit": "C",
                "hint": None,
                "error": wrong,
                "cannot": say("不能测量", "I cannot measure it"),
                "cannot_checked": False,
            },
            choice(
                "temp_site",
                say("测量部位", "Where measured?"),
                sites,
                selected="armpit",
            ),
        ],
    }


def choice(
    name: str, label: str, options: list[Any], selected: object = None
) -> dict[str, Any]:
    return {
        "kind": "choice",
        "name": name,
        "label": label,
        "options": options,
        "selected": selected,
        "hint": None,
        "error": None,
        "columns": True,
    }


def question(say: Say) -> dict[str, Any]:
    no, yes = ("no", say("没有", "No")), ("yes", say("有", "Yes"))
    three = [no, yes, ("unsure", say("说不清", "Not sure"))]
    levels = [
        (0, say("没有", "None")),
        (1, say("轻，不影响日常活动", "Mild: daily life goes on as usual")),
        (
            2,
            say(
                "中，做家务、买东西受影响", "Moderate: housework or shopping is harder"
            ),
        ),
        (3, say("重，吃饭、穿衣需要帮忙", "Severe: I need help to eat or dress")),
    ]
    confused = say(
        "有没有糊涂、分不清时间地点，或性格行为和平时不一样？",
        "Confused, disoriented, or acting unlike yourself?",
    )
    speech = say(
        "说话不清、想不起词，或听不懂别人的话？",
        "Trouble speaking, finding words or understanding?",
    )
    tremor = choice("tremor", say("手抖", "Shaking hands"), levels)
    return {
        **temperature(say),
        "step": 6,
        "errors": [],
        "title": say("从昨天填写到现在", "Since your last diary"),
        "fields": [
            choice("confused", confused, three),
            choice("speech", speech, three),
            {**tremor, "columns": False},
        ],
        "none_label": say("以上都没有，继续", "None of these, go on"),
    }


def advice_pages(say: Say) -> list[Sample]:
    emergency: dict[str, Any] = {
        "tier": "emergency",
        "heading": say("请立即拨打120", "Call 120 now"),
        "lines": [
            say("或马上由家人送到最近的急诊。", "Or go to the nearest emergency room."),
            say("告诉医生：“我接受过CAR-T细胞治疗”。", "Say: I have had CAR-T cells."),
            say("不要自己开车。", "Do not drive yourself."),
        ],
        "told": say("已通知研究团队，03:02。", "Your study team has been told, 03:02."),
        "status_url": "/advice/1/status",
        "status": {
            "kind": "waiting",
            "text": say("正在等待值班医生确认。", "Waiting for the doctor on call."),
        },
        "call": {"number": "120", "label": say("拨打120", "Call 120")},
        "card_href": "/card",
        "readings": [],
        "curve_title": "",
        "next": {
            "label": say("继续填写日记", "Go on with the diary"),
            "href": "/diary",
        },
    }
    urgent = {
        **emergency,
        "tier": "urgent",
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
        "status": {
            "kind": "done",
            "text": say(
                "陈医生03:06已看到您的报告。", "Dr Chen has seen your report, 03:06."
            ),
        },
        "call": {
            "number": DUTY,
            "label": say("拨打值班电话", "Call the duty line"),
        },
        "card_href": None,
    }
    calm = {
        **urgent,
        **curve(say),
        "tier": "routine",
        "heading": say("已收到，08:14", "Received, 08:14"),
        "lines": [
            say(
                "感觉不适时，随时点“立即报告”。",
                "Report again at any time if you feel unwell.",
            )
        ],
        "told": None,
        "status_url": None,
        "call": None,
        "next": {"label": say("回到今天", "Back to today"), "href": "/today"},
    }
    return [
        ("advice-emergency", "participant/advice.html", emergency),
        ("advice-urgent", "participant/advice.html", urgent),
        ("advice-calm", "participant/advice.html", calm),
    ]


def staff_pages(say: Say) -> list[Sample]:
    navigation = [
        {"label": say("工作台", "Worklist"), "href": "#", "current": True, "count": 2},
        {"label": say("受试者", "People"), "href": "#", "current": False, "count": 0},
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
    ]


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


def rest(say: Say) -> list[Sample]:
    entries = [
        (say("今天 08:14", "Today 08:14"), "38.2 ℃", "waiting"),
        (say("3月21日 08:02", "21 March 08:02"), "37.4 ℃", "done"),
        (say("3月20日 08:10", "20 March 08:10"), None, "done"),
    ]
    received = say("已收到", "Received")
    called = say("等待回电", "We will call you")
    history = {
        **curve(say),
        "navigation": tabs(say, 2),
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
    }
    return [
        ("history", "participant/history.html", history),
        ("pieces", "pieces.html", pieces),
        ("phones", "phones.html", phones(say)),
    ]


def phones(say: Say) -> dict[str, Any]:
    text = say(
        "【随访平台】DS-007有新情况，请登录查看。", "DS-007 needs you. Please sign in."
    )
    ok = {"text": "1", "at": "03:03", "mine": True}
    theirs = {"text": text, "at": "03:02", "mine": False}
    nurse: dict[str, Any] = {
        "owner": say("李护士", "Nurse Li"),
        "role": say("值班护士", "on call"),
        "number": "+86 138 0000 0001",
        "messages": [theirs, ok],
        "news": True,
        "reply_url": "/demo/phones/1",
    }
    doctor = {
        **nurse,
        "owner": say("陈医生", "Dr Chen"),
        "number": "+86 138 0000 0002",
        "messages": [],
        "news": False,
        "calling": say(
            "按1确认，按2转给下一位。", "Press 1 to take it, 2 to pass it on."
        ),
        "key_url": "/demo/phones/2/key",
    }
    return {
        "title": say("手机", "Phones"),
        "now": say("3月22日 星期日 03:02", "Sunday 22 March 03:02"),
        "next_label": say("到下一件事", "Next event"),
        "phones": [nurse, doctor],
    }
