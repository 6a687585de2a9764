"""What a call says beside its approved text, read aloud to the person who is paged.

In the language of the person called, not of a page, so both languages are here.
"""

from __future__ import annotations

from portal.protocol.study.text import Text

SENTENCES = {
    "acknowledged": Text(
        zh="已确认，这条提醒由您处理。谢谢。",
        en="Confirmed. This alert is yours. Thank you.",
    ),
    "taken": Text(
        zh="这条提醒已由{holder}接手，您不用再处理。谢谢。",
        en="{holder} already has this alert. There is nothing more to do. Thank you.",
    ),
    "closed": Text(
        zh="这条提醒已经处理完毕。谢谢。",
        en="This alert has been dealt with and closed. Thank you.",
    ),
    "no_key": Text(
        zh="没有确认。请登录平台处理这条提醒。",
        en="Nothing was confirmed. Please sign in to the portal and take the alert.",
    ),
    "nobody": Text(
        zh="这部电话不能代替个人确认。请值班人员登录平台处理。",
        en="This telephone cannot confirm for a person. "
        "Please ask the person on duty to sign in to the portal.",
    ),
    "over": Text(
        zh="这个电话已经失效。请登录平台查看。",
        en="This call is no longer valid. Please sign in to the portal.",
    ),
}


def sentence(result: str, language: str, holder: str = "") -> str:
    """What is said of a result."""
    return SENTENCES[result].say(language).replace("{holder}", holder)
