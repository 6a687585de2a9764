"""The phone's JavaScript, in a real Chromium, answers as the server does.

``python -m tests.parity`` compares many more than these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser

from portal.characters import BLANKS, INVISIBLE
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.for_phone import for_phone, phone_json
from portal.protocol.words.note import plain
from portal.protocol.words.numbers import read_number
from portal.study_files import load_study
from tests.parity.compare import compare
from tests.parity.edges import edges
from tests.parity.generate import Generator
from tests.parity.kinds import OTHERS, Kind
from tests.parity.known import examples, judged_in_tests, typed_in_tests
from tests.parity.sides import Phone
from tests.support import amount
from tests.support.amount import part_of

pytestmark = pytest.mark.browser
STUDY = load_study("dcar-sle")
SCREENS, FIELDS, ADVICE, DAYS = OTHERS
PLANES = [*range(0xD800), *range(0xE000, 0x40000), *range(0xE0000, 0xE1000), 0x10FFFF]
TEXTS = [chr(code) for code in PLANES]
"""Every character that Unicode names or may name soon, and a few beyond."""


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Phone]:
    opened = Phone(browser, STUDY)
    yield opened
    opened.close()


def test_every_worked_example_comes_out_the_same_on_the_phone(phone: Phone) -> None:
    result = compare(STUDY, phone, examples(STUDY))
    assert result.shown == []
    assert result.compared == len(STUDY.examples) > 0


def test_the_phone_ranks_the_tiers_and_pages_as_the_server_does(phone: Phone) -> None:
    ranked = sorted(Tier, key=lambda tier: tier.rank)
    assert phone.tiers() == [[tier.value, tier.rank, tier.pages] for tier in ranked]


def test_every_limit_of_reading_comes_out_the_same_on_both_sides(
    phone: Phone,
) -> None:
    result = compare(STUDY, phone, part_of([*edges()], turn=1))
    assert result.shown == []
    assert result.compared > amount.examples(500)
    assert {"emergency", "urgent", "routine"} <= set(result.outcomes)


@pytest.mark.thorough
def test_every_case_of_the_tests_of_triage_comes_out_the_same(phone: Phone) -> None:
    written = [*typed_in_tests(STUDY), *judged_in_tests()]
    result = compare(STUDY, phone, part_of(written, turn=0))
    assert result.shown == []
    assert result.compared > amount.examples(5_000)


def test_generated_entries_come_out_the_same(phone: Phone) -> None:
    entries = Generator(STUDY, seed=2026).entries(amount.examples(2_000))
    result = compare(STUDY, phone, entries)
    assert result.shown == []
    assert len(result.rules) >= len(STUDY.rules) - 2
    assert set(result.outcomes) == {*(tier.value for tier in Tier), "refused"}


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind.name)
def test_cases_of_each_other_kind_come_out_the_same(phone: Phone, kind: Kind) -> None:
    many = amount.examples(1_000)
    result = compare(STUDY, phone, kind.cases(STUDY, 2026, many), kind)
    assert result.shown == []
    assert result.compared == many


def answers_to(kind: Kind, count: int = 600) -> list[tuple[dict[str, Any], Any]]:
    cases = kind.cases(STUDY, 2026, count)
    return [(case, kind.by_python(STUDY, case)) for case in cases]


def test_days_reach_every_phase_and_place_and_wrong_clocks() -> None:
    told = answers_to(DAYS)
    assert {one["phase"] for _, one in told} == {phase.code for phase in STUDY.phases}
    assert {one["where"] for _, one in told} == {place.value for place in Place}
    passed = [case["now"] - case["kept"]["kept_at"] for case, _ in told]
    assert min(passed) < 0 < 400 * 86_400_000 < max(passed)
    assert any(len(case["kept"]["offsets"]) > 1 for case, _ in told)
    assert any("places" not in case["kept"] for case, _ in told)


def test_advice_reaches_every_call_and_language_and_place() -> None:
    told = answers_to(ADVICE)
    calls = {json.dumps(one["calls"]) for _, one in told}
    assert calls == {
        "[]",
        '[["duty", false]]',
        '[["duty", true]]',
        '[["emergency", true]]',
        '[["emergency", true], ["duty", false]]',
    }
    assert {case["language"] for case, _ in told} == {"zh", "en"}
    lines = [line for _, one in told for line in one["lines"]]
    assert any("At home: " in line for line in lines)
    assert any(one["lines"][0] == case["told"] for case, one in told)
    assert any(case["sent"] and "minutes" in str(one) for case, one in told)


def test_screens_and_fields_reach_what_is_doubled_lacking_and_too_long() -> None:
    asked = [len(one) for _, one in answers_to(SCREENS)]
    assert min(asked) == 0
    assert max(asked) == len(STUDY.groups)
    told = answers_to(FIELDS)
    fields = [[name for name, _ in case["fields"]] for case, _ in told]
    assert any(len(set(names)) < len(names) for names in fields)
    assert any(len(one) < len(case["items"]) for case, one in told)
    values = [value for case, _ in told for _, value in case["fields"]]
    assert any(len(value) > 4_300 for value in values)
    assert any("\u202e" in value for value in values)
    kinds = {type(answer) for _, one in told for answer in one.values()}
    assert kinds == {str, int, list, dict}


def test_another_call_on_the_phone_is_told_from_the_server(phone: Phone) -> None:
    """The server's rule turned: the comparison must notice it."""

    def turned(study: Study, case: dict[str, Any]) -> Any:
        found = ADVICE.by_python(study, case)
        return {**found, "calls": found["calls"][::-1]}

    kind = replace(ADVICE, by_python=turned)
    result = compare(STUDY, phone, kind.cases(STUDY, 5, 200), kind)
    assert 0 < result.differing < 200


def test_days_reach_diaries_that_open_later_and_phases_of_an_event() -> None:
    other = load_study("vaccine-2dose")
    told = [DAYS.by_python(other, one) for one in DAYS.cases(other, 2026, 600)]
    assert {one["opens"] for one in told} == {None, "18:00"}
    since = [one["since"] for one in told]
    assert None in since
    assert len({one["day"] for one in since if one}) > 5


def test_the_same_seed_gives_the_same_entries() -> None:
    first, again = (list(Generator(STUDY, seed=7).entries(50)) for _ in range(2))
    other = list(Generator(STUDY, seed=8).entries(50))
    assert first == again
    assert first != other


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", ["udcar-sle", "vaccine-2dose", "hypertension"])
def test_another_study_is_judged_by_its_own_rules(browser: Browser, name: str) -> None:
    other = load_study(name)
    phone = Phone(browser, other)
    result = compare(other, phone, Generator(other, seed=3).entries(300))
    assert result.shown == []
    for kind in OTHERS:
        result = compare(other, phone, kind.cases(other, 3, 200), kind)
        assert result.shown == []
        assert result.compared == 200


def test_a_phone_with_one_other_threshold_is_told_from_the_server(
    browser: Browser,
) -> None:
    phone = Phone(browser, replace(STUDY, rules=tuple(map(warmer, STUDY.rules))))
    entry: dict[str, Any] = {"phase": "W1", "previous": [], "source": "app"}
    told: dict[str, list[str]] = {}
    for value in ("37.9", "38.0", "38.1"):
        answers = {"emerg": [], "temp": {"value": value, "unit": "C"}}
        told[value] = compare(STUDY, phone, [{**entry, "answers": answers}]).shown
    assert [value for value, shown in told.items() if shown] == ["38.0"]
    assert "T10" in told["38.0"][0]


def warmer(rule: Rule) -> Rule:
    """T10 with a threshold of 38.1."""
    when = {"fact": "reading", "at_least": "38.1"}
    cases = tuple(replace(case, when=when) for case in rule.cases)
    return replace(rule, cases=cases) if rule.id == "T10" else rule


def test_a_pile_of_marks_is_cut_the_same_on_the_phone(phone: Phone) -> None:
    marks = ("\u0301", "\u0327\u0301", "\uff9e", "\u0344", "\ufe0f", "\u20dd\u0345")
    texts = [
        f"{before}{mark * count}抽搐"
        for before in ("", "e", "か", "ｶ", "ß")
        for mark in marks
        for count in (14, 15, 16, 29, 30, 31, 32, 500)
    ]
    told = phone.plain(texts)
    assert [one[0] for one in told] == [plain(text) for text in texts]


def test_every_character_folds_the_same_on_the_phone(phone: Phone) -> None:
    different = [
        char
        for block in blocks(part_of(TEXTS, turn=0))
        for char, told in zip(block, phone.plain(block), strict=True)
        if told != [plain(char), char.isalpha() or char.isnumeric()]
    ]
    assert different == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("around", ["{}38.5", "38{}5", "38.5{}"])
def test_every_character_in_a_number_is_read_the_same(
    phone: Phone, around: str
) -> None:
    texts = [around.format(char) for char in part_of(TEXTS[:0x20000], turn=0)]
    different = [
        text
        for block in blocks(texts)
        for text, told in zip(block, phone.numbers(block), strict=True)
        if told != in_hundredths(text)
    ]
    assert different == []
    blank = [around.format(char) for char in BLANKS + INVISIBLE]
    read = [told is not None for told in phone.numbers(blank)]
    assert read == [around != "38{}5"] * len(blank)


def in_hundredths(text: str) -> list[Any] | None:
    number = read_number(text)
    if number is None:
        return None
    hundredths, rest = divmod(number.digits * 100, 10**number.places)
    return [hundredths, rest > 0]


def blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), 65_536):
        yield texts[start : start + 65_536]


SAME_ANSWERS = {
    "emerg": [],
    "temp": {"value": "38.6", "unit": "C"},
    "note": "没有发烧，胸痛得厉害，體溫三十九度二",
}


def kept_before(compiled: dict[str, Any], *, flat: bool) -> dict[str, Any]:
    """A compiled study in the shape that phones kept before theirs was smaller."""
    kept = json.loads(json.dumps(compiled))
    shared = kept.pop("typed")
    heard, characters = kept["heard"], kept["characters"]
    heard |= {name: shared[name] for name in ("folding", "numerals")}
    for name in ("phrases", "hidden"):
        heard[name] = [
            [[one.replace("*", " + ") for one in said.split("_") if one] for said in by]
            for by in heard[name]
        ]
    steps, code, pairs = heard["forms"][0].split(" "), 0, ""
    for step, char in zip(steps, heard["forms"][1], strict=True):
        code += int(step, 36)
        pairs += chr(code) + char
    heard["forms"] = pairs
    characters["fold"] = [[p[0], p[1:]] for p in characters["fold"].split("\n")]
    if flat:
        for at, sign in enumerate(heard["signs"]):
            sign["phrases"] = [heard["phrases"][writing][at] for writing in (0, 1)]
            sign["hidden"] = [heard["hidden"][writing][at] for writing in (0, 1)]
        for name in ("phrases", "hidden", "idioms"):
            del heard[name]
        del heard["numerals"]["han_two"], heard["grammar"]["long_ago"]
        del kept["phases"][0]["ward"]
    return kept


@pytest.mark.parametrize("flat", [False, True], ids=["lists", "older lists"])
def test_a_study_that_a_phone_kept_before_is_still_judged(
    phone: Phone, flat: bool
) -> None:
    case = {"phase": "W1", "answers": SAME_ANSWERS, "previous": [], "source": "app",
            "place": "home"}  # fmt: skip
    (now,) = phone.answer("judge", [case])
    phone.load(kept_before(for_phone(STUDY), flat=flat))
    try:
        (before,) = phone.answer("judge", [case])
    finally:
        phone.load(for_phone(STUDY))
    assert before == now
    assert now["tier"] == "emergency"


def damaged(compiled: dict[str, Any], *keys: str) -> str:
    """A compiled study in which something that is needed to judge is not there."""
    kept = json.loads(json.dumps(compiled))
    inside = kept
    for key in keys[:-1]:
        inside = inside[key]
    del inside[keys[-1]]
    return json.dumps(kept)


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "null",
        phone_json(STUDY)[:5_000],
        "<!doctype html><p>Sign in",
        damaged(for_phone(STUDY), "items"),
        damaged(for_phone(STUDY), "heard", "phrases"),
        damaged(for_phone(STUDY), "heard", "grammar"),
        damaged(for_phone(STUDY), "characters", "unassigned"),
    ],
    ids=["empty", "null", "cut", "page", "items", "phrases", "grammar", "characters"],
)
def test_a_damaged_study_on_a_phone_is_read_again_from_the_server(
    phone: Phone, kept: str
) -> None:
    assert phone.rules_where_kept(kept, phone_json(STUDY)) == for_phone(STUDY)


def test_a_whole_study_on_a_phone_is_not_asked_for_again(phone: Phone) -> None:
    assert phone.rules_where_kept(phone_json(STUDY), "none")["id"] == STUDY.id
