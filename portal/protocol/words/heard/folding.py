"""What somebody wrote, folded to one spelling, so that the signs need few words.

Width, case, blanks, invisible characters, traditional forms, apostrophes, "do not" and
common misspellings make no difference. A character outside the basic plane becomes one
mark, so that positions are the same in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.characters import BLANKS
from portal.protocol.words.heard.patterns import compiled
from portal.protocol.words.heard.spelling import MISSPELT, MISWRITTEN
from portal.protocol.words.note import LINE_ENDS, plain

MARK = "□"
LAST_OF_PLANE = "\uffff"
UNSEEN = '"“”„«»「」『』《》〈〉【】[]{}*_`□'
PICTURES = {
    **dict.fromkeys(("🤒", "🌡", "🥵"), "体温"),
    **{"🩸": "流血", "🤮": "呕吐", "🤧": "咳嗽", "🥶": "发冷", "😵": "头晕"},
}
"""A thermometer calls the number after it a temperature."""
SHORTER = (
    ("([a-z])'(?=[a-z])", "$1"),
    ("(^|[^a-z])(?:can ?not|unable to|not able to|cant even)(?![a-z])", "$1cant"),
    ("(^|[^a-z])will not(?![a-z])", "$1wont"),
    (
        "(^|[^a-z])(could|do|does|did|would|is|are|was|were|have|has|had|should) not"
        "(?![a-z])",
        "$1$2nt",
    ),
    (
        "(^|[^a-z])(fa|tou|xiong|chou|yun|hun|han|shou|liu|zi) "
        "(shao|leng|yun|tong|chu|dao|mi|zhan|dou|xue|sha)(?![a-z])",
        "$1$2$3",
    ),
    ("(^|[^0-9])([0-9]) ([0-9])(?= ?[.·] ?[0-9])", "$1$2$3"),
    ("([0-9]) ?([.·]) ?(?=[0-9](?:[^0-9]|$))", "$1$2"),
)
"""Patterns and what replaces each, in this order; ``$1`` is the first group."""
_GROUP = re.compile(r"\$([0-9])")
_SHORTER = tuple((compiled(one), _GROUP.sub(r"\\\1", into)) for one, into in SHORTER)
_LATIN = re.compile("[a-z]+")
_HAN = tuple((said, word) for said, word in MISWRITTEN.items() if not said.isascii())
_BLANK = re.compile(f"[{re.escape(BLANKS)}]+")
_HYPHEN = re.compile("([a-z])[-‐‑](?=[a-z])")


def folded(note: str, forms: Mapping[str, str]) -> str:
    """``note`` in one spelling; ``forms`` are the traditional characters to replace."""
    text = "".join(_seen(char, forms) for char in plain(note))
    text = _HYPHEN.sub(r"\1 ", _BLANK.sub(_blank, text))
    for pattern, into in _SHORTER:
        text = pattern.sub(into, text)
    text = _LATIN.sub(_spelt, text)
    for said, word in _HAN:
        text = text.replace(said, word)
    return text


def _seen(char: str, forms: Mapping[str, str]) -> str:
    if char in UNSEEN:
        return ""
    if char > LAST_OF_PLANE:
        return PICTURES.get(char, MARK)
    return forms.get(char, char)


def _blank(run: re.Match[str]) -> str:
    return "\n" if any(char in LINE_ENDS for char in run[0]) else " "


def _spelt(word: re.Match[str]) -> str:
    return MISSPELT.get(word[0]) or MISWRITTEN.get(word[0], word[0])
