"""Readings in people's own words: in digits and in words, and what is none."""

from __future__ import annotations

import pytest

from portal.protocol.words.heard import folding, numerals, reading_words
from portal.protocol.words.heard.patterns import compiled
from portal.protocol.words.heard.readings import readings

SOUGHT_AGAIN = {
    "han": numerals.HAN_NUMBER,
    "latin": numerals.LATIN_NUMBER,
    "half": numerals.HALF_DEGREE,
    "point": numerals.WHOLE_POINT,
    "number": reading_words.NUMBER,
    "pair": reading_words.PAIR,
    **{f"oxygen {n}": one for n, one in enumerate(reading_words.OXYGEN)},
    **{f"systolic {n}": one for n, one in enumerate(reading_words.SYSTOLIC)},
    **{f"pulse {n}": one for n, one in enumerate(reading_words.PULSE)},
    **{f"shorter {n}": one for n, (one, _) in enumerate(folding.SHORTER)},
}
STARTS = ("", " ", "-", "'", "x", "8", "度", "点", "。", "\n")


@pytest.mark.parametrize(
    ("note", "tenths"),
    [
        ("三十九度二", [392]), ("38点7", [387]), ("36 . 6", [366]), ("体温 3 8 . 9", [389]),
        ("溫度三十九度半", [395]), ("體溫三十八點六", [386]), ("thirty-nine", [390]), ("temp thirty nine point five", [395]),
        ("a hundred and two", [389]), ("one oh two point three", [391]), ("🤒🌡️39", [390]),
        ("fa shao 39du", [390]), ("burning up, 102", [389]), ("102 fever", [389]),
        ("量了三次都是38度5", [385]), ("昨晚烧到39度，现在退了", [390]), ("38.6了怎么办", [386]),
        # long ago is past, unless the same words speak of now
        ("去年烧到39.5", []), ("去年开始到现在一直39.2", [392]), ("last year I had 39.5", []),
        ("I had 39.5 last year and it is now the same", [395]),
        # none of the body, or none at all
        ("今天气温38度", []), ("水温40度", []), ("不到38度", []), ("没超过38", []), ("38度以下", []),
        ("如果超过38.5怎么办", []), ("when should I call if it is over 38.5?", []),
        ("我属虎，38岁", []), ("楼层38楼，电梯坏了", []), ("昨天走了39分钟", []),
        ("walked 38 minutes", []), ("my weight is 101.5 pounds", []),
    ],
)  # fmt: skip
def test_a_temperature_is_found(note: str, tenths: list[int]) -> None:
    assert [typed.tenths for typed in readings(note).temperatures] == tenths


@pytest.mark.parametrize(
    ("note", "oxygen", "systolic", "pulse"),
    [
        ("血氧88", (88,), (), ()), ("血壓80/50", (), (80,), ()), ("脈搏140", (), (), (140,)), ("血氧饱和度只有九十一", (91,), (), ()),
        ("oxygen 88", (88,), (), ()), ("sats dropped to 85%", (85,), (), ()),
        ("血压80/50", (), (80,), ()), ("bp 82/50", (), (82,), ()), ("bp 85 over 50", (), (85,), ()),
        ("高压只有85", (), (85,), ()), ("systolic is 85", (), (85,), ()),
        ("心跳140多", (), (), (140,)), ("heart rate of 150", (), (), (150,)),
        ("心率五十", (), (), (50,)), ("pulse one forty", (), (), (140,)),
        ("40/30", (), (40,), ()), ("39/30", (), (), ()),
        ("260/150", (), (260,), ()), ("261/150", (), (), ()),
        ("12/25 见", (), (), ()), ("血氧仪坏了", (), (), ()),
    ],
)  # fmt: skip
def test_a_home_reading_is_found(
    note: str,
    oxygen: tuple[int, ...],
    systolic: tuple[int, ...],
    pulse: tuple[int, ...],
) -> None:
    told = readings(note)
    assert (told.oxygen, told.systolic, told.pulse) == (oxygen, systolic, pulse)


@pytest.mark.parametrize("name", SOUGHT_AGAIN)
def test_a_pattern_that_is_sought_through_a_note_never_finds_nothing(name: str) -> None:
    """After it found nothing Python looks at the same place again, a browser does not."""
    pattern = compiled(SOUGHT_AGAIN[name])
    notes = [
        f"{one}{said}" for one in STARTS for said in ("", "thirty-nine", "39.2 度")
    ]
    assert all(found[0] for note in notes for found in pattern.finditer(note))


@pytest.mark.parametrize("before", ["-", "'", "“", "但", "fever ", "\n"])
def test_a_number_in_words_is_found_after_whatever_stands_before_it(
    before: str,
) -> None:
    assert (
        readings(f"{before}thirty-nine point two\u00a0no").temperatures[0].tenths == 392
    )
