"""Two simulated phones, one with a text and one that rings."""

from __future__ import annotations

from typing import Any

from tests.support.samples.common import Say


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
