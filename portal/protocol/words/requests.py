"""What a text to us asks for: stop, start, help, an alert code, or free words.

Only a text with nothing but such a word counts as a request; everything else is free
words, which a person reads. YES restarts texts at providers and END stops them, so
neither ever acknowledges an alert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.words.note import plain, storable

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no two that look alike
CODE_LENGTH = 4
LONGEST_BODY = 2_000  # characters; providers deliver at most 1,600


class Request(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    CODE = "code"
    WORDS = "words"


@dataclass(frozen=True)
class ReadText:
    """A text after reading; ``code`` is an alert's, if the text has nothing else."""

    asked: Request
    code: str | None = None


STOP = frozenset(
    {
        *("stop", "stopall", "stop all", "unsubscribe", "end", "cancel", "quit"),
        *("revoke", "optout", "opt out", "opt-out", "stop texting", "stop sending"),
        *("please stop", "stop please", "please stop texting", "no more texts"),
        *("stop texting me", "please stop texting me", "please stop sending texts"),
        *("don't text me", "do not text me", "don't text me again", "no more messages"),
        *("t", "td", "tui ding", "tuiding", "退订", "退訂", "t退订", "td退订", "退订t"),
        *("退订td", "回t退订", "取消订阅", "取消訂閱", "停止", "停止发送", "停止發送"),
        *(
            "停止短信",
            "停止接收",
            "别发了",
            "別發了",
            "别再发了",
            "別再發了",
            "不要再发了",
        ),
        *("不要再發了", "不要发了", "请不要再发了", "不要再发短信", "别发短信了"),
        *("不要再发短信了", "别再发短信了", "请别再发了", "不想收短信", "不想再收短信"),
    }
)
"""Providers' own words, the usual words in China, and polite forms of them."""
START = frozenset(
    {
        *("start", "unstop", "resume", "subscribe", "opt in", "optin", "opt-in"),
        *("恢复", "恢復", "恢复短信", "恢复发送", "开始", "開始", "开始发送", "订阅"),
        *("訂閱", "重新订阅", "继续发送"),
    }
)
YES = frozenset({"yes", "y", "是", "好", "好的", "同意"})
"""Words that restart texts, like YES at providers, if texts are stopped."""
HELP = frozenset(
    {
        *("help", "info", "help me", "please help", "please help me", "sos", "help!"),
        *("帮助", "幫助", "救命", "救我", "帮帮我", "幫幫我", "求助", "帮忙", "?"),
    }
)
WRONG_NUMBER = frozenset(
    {
        *("wrong number", "wrong person", "this is the wrong number", "not me"),
        *("you have the wrong number", "you've got the wrong number", "wrong no"),
        *("sorry, wrong number", "sorry wrong number"),
        *("打错了", "打錯了", "发错了", "發錯了", "发错人了", "發錯人了", "发错号了"),
        *("号码错了", "号码错误", "號碼錯了", "不是本人", "我不是本人", "你发错了"),
        *(
            "您发错了",
            "你打错了",
            "您打错了",
            "错号",
            "认错人了",
            "你发错人了",
            "打错电话了",
        ),
    }
)
_EDGES = " .,!?;:~。、！？，；：…·'\"“”‘’()[]{}<>《》【】「」-–—*"
_BEFORE = r"(?:a|ok|okay|ack|confirm|confirmed|taken|确认|確認|收到|好的|好|接)"
_CODE = re.compile(
    rf"(?:{_BEFORE}[\s:.,，、：-]*)?([{CODE_LETTERS.lower()}]{{{CODE_LENGTH}}})"
    rf"(?:[\s:.,，、：-]*{_BEFORE})?"
)
_SENDER = re.compile(r"\+[1-9][0-9]{6,14}")


def read_text(body: str, *, stopped: bool = False) -> ReadText:
    """What a text asks for; never raises.

    ``stopped``: the number gets no texts now; only then does YES mean START. Blanks,
    full-width forms, capitals and surrounding stops make no difference.
    """
    said = bare(body)
    for asked, words in (
        (Request.STOP, STOP),
        (Request.START, START | YES if stopped else START),
        (Request.WRONG_NUMBER, WRONG_NUMBER),
        (Request.HELP, HELP),
    ):
        if said in words or said.replace(" ", "") in words:
            return ReadText(asked)
    code = _CODE.fullmatch(said)
    if code is not None:
        return ReadText(Request.CODE, code[1].upper())
    return ReadText(Request.WORDS)


def bare(body: str) -> str:
    """The folded text, with each run of blanks as one, and trimmed to words."""
    folded = " ".join(plain(kept(body)).split())
    return folded.strip(_EDGES) or folded


def kept(body: str) -> str:
    """The text as it is stored: unstorable characters replaced, long texts cut."""
    return storable(body[:LONGEST_BODY])


def sender_number(sender: str) -> str | None:
    """The E.164 number of a sender; None for short codes and names."""
    number = "".join(plain(sender).split())
    return number if _SENDER.fullmatch(number) else None
