"""The languages that the portal speaks: a line each, and no other code names one.

A language is data: its line here, a catalogue in ``portal/translations``, and the texts
of the studies that offer it. How it is written, where code must know, stands here too;
the defaults are those of English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dates:
    """How days and hours are written: patterns of Unicode's CLDR.

    ``text_day`` and ``text_moment`` stand in text messages: 20 characters at most.
    """

    day: str = "EEEE d MMMM"  # near today
    full: str = "EEEE d MMMM y"
    short: str = "d MMM"  # on an axis
    long: str = "d MMMM y"
    month: str = "MMMM y"
    moment: str = "d MMM, HH:mm"
    text_day: str = "EEE d MMM y"
    text_moment: str = "HH:mm 'on' d MMM"


@dataclass(frozen=True)
class Marks:
    """What stands between words and sentences, and round them."""

    listed: str = ", "
    clause: str = ", "
    colon: str = ": "
    semicolon: str = "; "
    gap: str = " "  # between sentences, and before a unit or a bracket
    brackets: tuple[str, str] = ("(", ")")


@dataclass(frozen=True)
class Language:
    """One language.

    ``key`` names it in study files and in the database, ``tag`` to a browser. ``locale``
    is its catalogue, and its names of days and months. ``voice`` reads calls aloud;
    ``name`` is what it calls itself. ``spaced``: blanks stand between its words.
    ``short_answer``: so many characters of an answer fit beside others on a small phone.
    ``script`` begins the Unicode names of its letters; ``charset`` holds all those that
    its texts may use, where they are fewer than the script's.
    """

    key: str
    tag: str
    locale: str
    voice: str
    name: str
    dates: Dates = Dates()
    marks: Marks = Marks()
    spaced: bool = True
    short_answer: int = 12
    script: str = "LATIN"
    charset: str | None = None
    countries: tuple[str, ...] = ()


HAN_DATES = Dates(
    day="M月d日 EEEE",
    full="y年M月d日 EEEE",
    short="M月d日",
    long="y年M月d日",
    month="y年M月",
    moment="M月d日 HH:mm",
    text_day="y年M月d日（EEEE）",
    text_moment="M月d日HH:mm",
)
HAN_MARKS = Marks("、", "，", "：", "；", "", ("（", "）"))

_TABLE = (
    Language(
        *("zh", "zh-Hans", "zh_Hans", "zh-CN", "中文"),
        *(HAN_DATES, HAN_MARKS),
        spaced=False,
        short_answer=6,
        script="CJK",
        charset="gb2312",
        countries=("CN",),
    ),
    Language("en", "en", "en", "en-US", "English"),
)
LANGUAGES = {one.key: one for one in _TABLE}
FIRST = _TABLE[0].key
"""What is spoken where nobody has chosen."""
SOURCE = _TABLE[1].key
"""What the code itself is written in, so that it needs no catalogue."""
USUAL = (FIRST, SOURCE)
"""What a study offers that does not say."""


def spoken_in(country: str) -> str:
    """What most people of a country read, as far as the table knows."""
    found = (one.key for one in _TABLE if country in one.countries)
    return next(found, SOURCE)
