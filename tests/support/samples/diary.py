"""Sign-in, today and the diary, as the sample person sees them."""

from __future__ import annotations

from typing import Any

from portal.languages import LANGUAGES
from portal.web.participant.today import DiaryStep
from tests.support.samples.common import NOW, Sample, Say, tabs


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
        "flags": "emerg",
        "reporter_question": say("谁在填写？", "Who is filling this in?"),
        "left": None,
        "ward": None,
        "day": {
            "iso": "2026-03-11",
            "said": say("3月11日 星期三", "Wednesday 11 March"),
        },
        "reporter_options": reporters,
        "entry": "5f0c0f6e-0000-4000-8000-000000000001",
        "errors": [],
        "ticked": [],
        "reading": False,
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
        ("staff-sign-in", "auth/staff_sign_in.html", {"username": "", "errors": []}),
        ("who", "auth/who.html", who(say)),
        ("done", "auth/done.html", {"choose_pin": True, "errors": []}),
        ("unwell", "unwell.html", unwell(say)),
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


def who(say: Say) -> dict[str, Any]:
    options = [
        ("7-0", say("我是王芳", "I am Wang Fang")),
        ("7-3", say("我帮助王芳", "I help Wang Fang")),
    ]
    return {"options": options, "errors": [("who", say("请选择。", "Choose one."))]}


def unwell(say: Say) -> dict[str, Any]:
    zh = (
        LANGUAGES["zh"],
        "您的报告没有保存",
        "没有人收到通知。如果感觉不舒服，请马上打电话。",
    )
    en = (
        LANGUAGES["en"],
        "Your report was NOT saved",
        "Nobody has been told. Phone now.",
    )
    return {"said": [zh, en] if say("zh", "en") == "zh" else [en, zh]}


def today(say: Say) -> dict[str, Any]:
    return {
        "greeting": say("早上好。今天是第12天", "Good morning. Today is day 12"),
        "diary": DiaryStep(
            hint=say("10:00前，约1分钟", "before 10:00, about 1 minute"),
            label=say("写今天的日记", "Write today's diary"),
            href="/diary",
        ),
        "status": None,
        "status_url": None,
        "amended": True,
        "recounted": True,
        "now": NOW,
        "missed": {
            "text": say("昨天的日记还没有填写。", "Yesterday's diary is missing."),
            "label": say("补填昨天的日记", "Add yesterday's diary"),
            "href": "/diary?day=2026-03-11",
        },
        "visit": {
            "title": say("第14天复诊", "Day 14 visit"),
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
        "stem": "",
        "none_label": None,
        "last": False,
        "keep": None,
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
        "title": say("精神和说话", "Thinking and speech"),
        "stem": say("从上次填写到现在：", "Since your last diary:"),
        "fields": [
            choice("confused", confused, three),
            choice("speech", speech, three),
            {**tremor, "columns": False},
        ],
        "none_label": say("以上都没有，继续", "None of these, go on"),
    }
