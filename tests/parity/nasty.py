"""Texts that two languages may read differently: typed numbers and notes."""

from __future__ import annotations

import unicodedata
from random import Random

from portal.characters import BLANKS, INVISIBLE
from portal.protocol.study.model import Study
from portal.protocol.words.heard.signs_said import vocabulary
from portal.protocol.words.note import (
    CLAUSE_ENGLISH,
    CLAUSE_WORDS,
    NOW_ENGLISH,
    NOW_WORDS,
)
from portal.protocol.words.red_flag_words import CARRIERS

DENIED = [
    "没有", "没", "无", "不", "不是", "未见", "是不是", "有没有", "去年", "以前", "如果", "怎么办",
    "吗", "我没事", "孙子", "好了", "没了", "、", "和", "或", "no", "not", "never", "without",
    "didn't", "or", "last year", "used to", "worse", "if", "should i", "my son", "i am fine",
    "is gone", "明显", "any", "a", "sign of", "但", "but", "今天", "now", "新闻",
]  # fmt: skip
SAID = [
    "38.6", "三十九度二", "38点7", "39度", "36 . 6", "3 8 . 9", "thirty-nine point two", "102 F",
    "血氧88", "bp 82/50", "85 over 50", "心跳140", "heart rate 150", "一百零二", "气温38度",
    "不到38", "38.5kg", "体温", "temp", "one oh two",
]  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
POINTS = [".", ",", "。", "·", "．", "，", "｡", "・", "٫", "..", " . ", "'", ":"]
SIGNS = [
    "℃",
    "°C",
    "°c",
    " C",
    "c",
    "℉",
    "°F",
    "f",
    "度",
    " 度",
    "º",
    "˚C",
    "°°",
    "度c",
]
OTHER_SIGNS = ["%", "％", "mg", " MG", "毫克", "㎎", "mg mg", "%%", "K"]
ODD = [
    "", " ", "\t", "\0", "-38", "+38", "3.8e1", "38_0", "0x26", "NaN", "Infinity", "abc",
    "三十八", "³⁸", "③⑧", "٣٨", "३८", "𝟑𝟖.𝟎", "\U0001ccf3\U0001ccf8", "38.", ".38", "1/2",
    "½", "38½", "\ud800", "38\ud800", "\u200b38.0\u200b", "3 8", "3\u200b8", "9" * 199,
    "9" * 200, "9" * 201, "0" * 198 + "38", "37." + "9" * 150, "38.0" + "0" * 190 + "1",
    "100." + "0" * 50 + "1", "0." + "0" * 60 + "1", "0000", "00.000", "999999999.99",
    "1000000000", "1000000", "1000000.0001", "1000000.00",
]  # fmt: skip
STRANGE = (
    "ßẞİıſKÅΣςσŉǰΐᾳﬁﬃﬆᏸꭰᲀǅǆ㍿㏇㎎℡™①㈠⑴ａＡ１！？；，．。、（）—–―‒－-‐‑−"
    "‘’‛ʼ′`´＇“”…·'\"ée\u0301\u0327\u0301\u0345\u3099が\uff76\uff9eｶﾞ각\u1100\u1161"
    "\u11a8𠀀𠮷🤒👩‍⚕️🇨🇳𝐟𝐞𝐯𝐞𝐫𝟛\U0001d7ce\U00031350\U0001ccd6\u1c89\ua7cb\U00010d50\u0897"
    "\U0001e6c0\ufdfa\ufb2c\u0958\u2126\u1e9b\u0323\u0378\ufffe\U0010ffff\ue000\ufffd"
    "\ud800\udc00\ud83d\0\x01\x7f٠१๓Ⅷ௹\u20d0\u200f\u202e\u2066"
)
GLUE = ["", "", " ", " ", "  ", ",", "，", ".", "。", "; ", "!", "?", "\n", "\r\n", "\u2028",
        " - ", "-", "—", "(", ")", "\u3000", "\u00a0", "\u200b", "\u00ad", "、", " or ",
        " and ", "0.5", "3.", " a b c ", "一二三", "一二三四五六七", " x"]  # fmt: skip


def typed_number(draw: Random, tenths: int) -> str:
    """About ``tenths``, as somebody might type it."""
    hundredths = tenths * 10 + draw.choice([0, 0, 0, 4, 5, -5, -6, 9, -1])
    places = draw.choice([1, 1, 2, 3])
    digits = f"{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"
    digits = digits[:-1] if places == 1 else digits
    digits += draw.choice(["", "4", "5", "9", "49", "499999"]) if places == 3 else ""
    text = digits.replace(".", draw.choice(POINTS if draw.random() < 0.3 else ["."]))
    if draw.random() < 0.2:
        text = text.translate(FULL_WIDTH)
    if draw.random() < 0.3:
        text += draw.choice(SIGNS if draw.random() < 0.8 else OTHER_SIGNS)
    return _padded(draw, text)


_HAN = "零一二三四五六七八九"
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 9: "ninety"}
_UNITS = ["", *["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]]


def said_number(draw: Random, tenths: int) -> str:
    """About ``tenths``, as somebody might say it: 三十八点七, 38点7, thirty-eight."""
    whole, part = divmod(tenths, 10)
    ten, unit = divmod(whole, 10)
    han = f"{_HAN[ten % 10]}十{_HAN[unit] if unit else ''}"
    latin = f"{_TENS.get(ten, 'thirty')}{draw.choice('- ')}{_UNITS[unit]}".rstrip("- ")
    said = draw.choice([f"{whole}", han, f"{whole % 100}", latin])
    point = draw.choice(["点", "度", " . ", " .", "點", " point ", "。", ".", "又"])
    last = draw.choice([str(part), _HAN[part], "半", _UNITS[part] or "oh", ""])
    around = draw.choice(
        ["", "", "体温", "temp ", "體溫是", "今天", "昨天", "不到", "T:"]
    )
    text = around + said + (point + last if last or draw.random() < 0.1 else "")
    return _padded(draw, text.upper() if draw.random() < 0.1 else text)


def odd_text(draw: Random) -> str:
    return _padded(draw, draw.choice(ODD)) + draw.choice(["", "", *SIGNS, *OTHER_SIGNS])


def _padded(draw: Random, text: str) -> str:
    if draw.random() < 0.8:
        return text
    before, after = draw.choice(BLANKS + INVISIBLE), draw.choice(BLANKS + INVISIBLE)
    return before + text + after


class Notes:
    """Notes made of a study's own words, what denies and dates them, and strangers."""

    def __init__(self, study: Study) -> None:
        lists = study.words
        self._words = [w for one in lists for w in (*one.emergency, *one.urgent)]
        self._words += [
            *(core for _, core in vocabulary(study.signs, study.forms).cores),
            *(note for sign in study.signs for note in (*sign.fires, *sign.silent)),
            *SAID,
        ]
        self._words.sort()
        self._around = [
            *DENIED,
            *[w for one in lists for w in (*one.negations, *one.past, *one.exceptions)],
            *CLAUSE_WORDS, *CLAUSE_ENGLISH, *NOW_WORDS, *NOW_ENGLISH, *CARRIERS,
        ]  # fmt: skip

    def note(self, draw: Random) -> str:
        pieces: list[str] = []
        for _ in range(draw.choice([1, 2, 3, 4, 6, 10])):
            pieces += [self._piece(draw), draw.choice(GLUE)]
        text = "".join(pieces)
        if draw.random() < 0.02:
            filler = draw.choice(["x", "好", "🤒", " ", "\ud800"])
            text = filler * draw.choice([490, 500, 1_990, 2_000]) + text
        return text

    def _piece(self, draw: Random) -> str:
        kind = draw.random()
        if kind < 0.1:
            return self._disguised(draw, draw.choice(SAID))
        if kind < 0.4:
            return self._disguised(draw, draw.choice(self._words).removeprefix("="))
        if kind < 0.8:
            return self._disguised(draw, draw.choice(self._around).removeprefix("="))
        if kind < 0.95:
            return "".join(draw.choices(STRANGE, k=draw.choice([1, 1, 2, 3])))
        return chr(draw.randrange(0x110000))

    @staticmethod
    def _disguised(draw: Random, word: str) -> str:
        match draw.randrange(12):
            case 0:
                return word.upper()
            case 1:
                return word.title()
            case 2:
                return "".join(
                    chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word
                )
            case 3:
                return unicodedata.normalize("NFD", word)
            case 4:
                place = draw.randrange(len(word) + 1)
                between = draw.choice(BLANKS + INVISIBLE + STRANGE)
                return word[:place] + between + word[place:]
            case 5:
                return word.replace("'", draw.choice("‘’‛ʼ′`´＇"))
            case 6:
                return word + draw.choice(["s", "ed", "ing", "a", "-", "1"])
            case 7:
                return draw.choice("abz1-'") + word
            case _:
                return word
