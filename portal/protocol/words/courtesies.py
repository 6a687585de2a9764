"""The one list of courtesies, in Chinese and English, which need no answer.

Only a text that consists of courtesies may stay unread. A greeting is not one, because
more words may follow. A single yes, no or "fine" is not one either: somebody must know
what it answers. "Nothing to add" counts only as an answer to "anything else?".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.characters import BLANKS
from portal.protocol.words.note import plain
from portal.protocol.words.requests import bare

LONGEST = 60  # characters; a longer text says more

RECEIVED = (
    *("好的", "好的好的", "好嘞", "好滴", "好哒", "收到", "已收到", "收到了", "明白"),
    *("知道了", "我知道了", "明白了", "我明白了", "了解", "了解了", "ok", "okay"),
    *("received", "got it", "noted", "understood", "all right", "alright"),
    *("will do", "roger"),
)
THANKS = (
    *(
        "谢谢",
        "谢谢你",
        "谢谢您",
        "谢谢你们",
        "谢谢大家",
        "谢谢了",
        "谢谢啦",
        "谢谢谢谢",
    ),
    *("多谢", "多谢了", "非常感谢", "十分感谢", "感谢", "感谢您", "感谢你们"),
    *("太感谢了", "谢谢医生", "谢谢护士", "谢谢大夫", "谢谢老师", "谢谢关心"),
    *("谢谢提醒", "谢谢您的关心", "谢谢您的提醒", "谢谢你们的关心", "辛苦了"),
    *(
        "您辛苦了",
        "你们辛苦了",
        "辛苦您了",
        "謝謝",
        "謝謝您",
        "多謝",
        "感謝",
        "非常感謝",
    ),
    *("thanks", "thank you", "thank you very much", "thank you so much", "thx"),
    *("thanks a lot", "many thanks", "thanks so much", "much appreciated"),
    *("thank you all", "thanks all", "thank you doctor", "thank you nurse"),
    *("thanks doctor", "thanks nurse", "thanks for your help", "cheers"),
    *("thank you for your help", "thanks for the reminder"),
    *("thank you for the reminder",),
)
FAREWELLS = (
    *("再见", "再見", "晚安", "拜拜", "不客气", "不客氣", "不用谢", "不用謝"),
    *("bye", "goodbye", "good night", "you're welcome", "you are welcome"),
)
SIGNS = ("👍", "🙏", "👌", "😊", "🌹")
NOTHING = (
    *("无", "無", "没有", "沒有", "没有了", "沒有了", "暂无", "暫無", "没有其他"),
    *("没有别的", "没有其他的了", "没有别的了", "没有要说的", "没有补充", "无补充"),
    *("无其他", "none", "nothing", "nothing else", "n/a", "na", "nil", "no"),
    *("nothing to add", "nothing more"),
)
"""Answers to "anything else?" that mean "nothing"."""

_BETWEEN = frozenset(BLANKS + ",，.。!！~、;；…-")


def _closed(text: str) -> str:
    """The bare text, also without blanks and stops inside it."""
    return "".join(char for char in bare(text) if char not in _BETWEEN)


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(_closed(word)) for word in words) + ")"


_COURTESY = re.compile(
    f"(?:{_any(RECEIVED)}?{_any(THANKS)}?|{_any(THANKS)}{_any(RECEIVED)})"
    f"{_any(FAREWELLS)}?{_any(SIGNS)}*"
)
_NOTHING = re.compile(_any(NOTHING))


def is_courtesy(text: str) -> bool:
    """Whether ``text`` is only listed words: received, thanks, farewell, in this order.

    Each part may be missing, but not all: "..." may mean anything, and a picture may
    have come with an empty text. Blanks, stops, capitals and full-width forms make no
    difference; an additional word or a question mark does.
    """
    said = _closed(text) if _is_short(text) else ""
    return bool(said) and _COURTESY.fullmatch(said) is not None


def says_nothing(text: str) -> bool:
    """Whether ``text`` answers "anything else?" with "nothing", or with a courtesy.

    A field without visible characters means "nothing" too.
    """
    nothing = _is_short(text) and _NOTHING.fullmatch(_closed(text)) is not None
    return nothing or is_courtesy(text) or not plain(text).strip(BLANKS)


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST and "?" not in plain(text)
