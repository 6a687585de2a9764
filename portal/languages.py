"""The languages of the portal, one entry each; no other code names a language.

A language is data: its entry here, a catalogue in ``portal/translations``, and the
texts of the studies that offer it. The entry also has the rules of writing that code
needs; the defaults are those of English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dates:
    """How days and hours are written: patterns of Unicode's CLDR.

    ``text_day`` and ``text_moment`` are for text messages: 20 characters at most.
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
    """The marks between words and sentences, and around them."""

    listed: str = ", "
    clause: str = ", "
    colon: str = ": "
    semicolon: str = "; "
    gap: str = " "  # between sentences, and before a unit or a bracket
    brackets: tuple[str, str] = ("(", ")")


@dataclass(frozen=True)
class Language:
    """One language.

    ``key`` is its name in study files and in the database, ``tag`` its name for
    browsers. ``locale`` gives its catalogue and its names of days and months. ``voice``
    reads calls aloud; ``name`` is its own name for itself. ``spaced``: it has blanks
    between words. ``short_answer``: how many characters of an answer fit beside others
    on a small phone. The Unicode names of its letters begin with ``script``.
    ``charset``: only these characters may be used in its texts; None: all of the
    script.
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
"""What people may choose."""
FIRST = _TABLE[0].key
"""The language for people who have not chosen one."""
SOURCE = _TABLE[1].key
"""The language of the code itself, which needs no catalogue."""
_NUMBERS = Dates(
    day="y-MM-dd",
    full="y-MM-dd",
    short="y-MM-dd",
    long="y-MM-dd",
    month="y-MM",
    moment="MM-dd HH:mm",
    text_day="y-MM-dd",
    text_moment="MM-dd HH:mm",
)
MADE = {
    one.key: one
    for one in (Language("xa", "en-XA", "en", "en-US", "Ƥšéûđö", _NUMBERS),)
}
"""For developers, never for people: made of the source, to find what has no words."""
USUAL = (FIRST, SOURCE)
"""The languages of a study that names none."""


def tongue(key: str) -> Language:
    """How a language is written, one that is made too."""
    return LANGUAGES[key] if key in LANGUAGES else MADE[key]


def spoken_in(country: str) -> str:
    """The main language of a country, if the table has it."""
    found = (one.key for one in _TABLE if country in one.countries)
    return next(found, SOURCE)
