"""What an amendment changes: told part by part, stricter and calmer only where shown."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace

import pytest

from portal.protocol.amendment.change import Bearing, Part
from portal.protocol.amendment.differences import differences
from portal.protocol.amendment.plans import NOTHING_FOLLOWS
from portal.protocol.amendment.printed_changes import printed_changes, wordings
from portal.protocol.amendment.wording import OPPOSITE
from portal.protocol.printed.condition_words import said
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.tiers import Tier
from portal.protocol.study.timeline import DiaryKind
from portal.study_files import load_study, study_text
from tests.support.small_study import SMALL

BIG = study_text("dcar-sle")


def changed(old: str, new: str, text: str = SMALL):
    assert text.count(old) >= 1
    return differences(read_study(text), read_study(text.replace(old, new, 1)))


def only(found):
    (one,) = found
    return one


KEYS = [
    ("cannot = true", "cannot = true\nsymptom = false", Part.QUESTIONS, "whether it is a symptom"),
    ('code = 1, zh = "有"', 'code = 1, symptom = false, zh = "有"', Part.QUESTIONS, "answers"),
    ('M-R = {', 'M-R = { beside = true,', Part.MESSAGES, "beside the tier's own"),
    ('family = "fever"', 'family = "fever"\nowner = "doctor"', Part.RULES, "whose work"),
    ('family = "fever"', 'family = "fever"\nreview = "away"', Part.RULES, "task of its own"),
    ('family = "fever"', 'family = "fever"\nsame_again = ["chills"]', Part.RULES, "joins the weekly line while it is the same"),
    ("after_minutes = 60\ntext", 'advice = "M-S"\nafter_minutes = 60\ntext', Part.REMINDERS, "second reading: advice"),
    ("earliest_discharge_day", 'rule = "T31"\nearliest_discharge_day', Part.REMINDERS, "deviations: known as"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "part", "aspect"), KEYS)
def test_each_key_of_a_question_a_rule_or_a_message_is_told_in_words(
    old, new, part, aspect
):
    found = only(changed(old, new))
    assert (found.part, found.aspect["en"]) == (part, aspect)


def test_more_that_joins_the_weekly_line_is_calmer_and_less_is_stricter():
    both, one = 'same_again = ["headache", "tremor"]', 'same_again = ["headache"]'
    narrow = only(changed(both, one, BIG))
    assert narrow.bearing is Bearing.STRICTER
    assert (narrow.before["en"], narrow.after["en"]) == (
        "Headache, Shaking hands",
        "Headache",
    )
    assert only(changed(one, both, BIG.replace(both, one))).bearing is Bearing.CALMER
    assert only(changed(both, "", BIG)).after is None


DRAWN = [
    ("[missing.W1]\n", '[missing.W1]\nopens = "05:00"\n', "opens at", "05:00"),
    ('lines = ["38.0"]', 'lines = ["37.5", "38.0"]', "lines", "37.5; 38.0"),
    ("most = 41", "most = 42", "to", "42"),
    ('items = ["temp", "temp_max"]\n', 'items = ["temp"]\n', "questions", "temp"),
    ('en = "Day of the infusion"', 'en = "Cell day"', "name of D0", "Cell day"),
    ('ask = ["temp", "temp_site"]', 'ask = ["temp"]', "second reading: asks", "temp"),
]


@pytest.mark.parametrize(("old", "new", "aspect", "after"), DRAWN)
def test_what_is_drawn_and_measured_again_is_told_in_words(old, new, aspect, after):
    found = only(changed(old, new, BIG))
    assert (found.aspect["en"], found.after["en"]) == (aspect, after)


DUTIES = [
    ('en = "the nurse on duty"', 'en = "a nurse"', "called for participants", "a nurse"),
    ('en = "doctor on call" }', 'en = "physician" }', "title", "physician"),
    ('work = ["reports"]', 'work = ["reports", "corrections"]', "work", "reports, corrections"),
    ('[[duty]]', '[[duty]]\nid = "pharmacist"\ntitle = { zh = "药师", en = "pharmacist" }\nwork = ["corrections"]\n\n[[duty]]', "duty", "pharmacist · corrections"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "aspect", "after"), DUTIES)
def test_another_duty_or_another_work_of_it_is_told_in_words(old, new, aspect, after):
    found = only(changed(old, new))
    assert (found.part, found.aspect["en"]) == (Part.LADDERS, aspect)
    assert found.after["en"] == after


def test_whose_work_it_is_and_who_is_paged_is_told_by_the_title_of_the_duty():
    titled = {
        'roles = ["investigator"]': ("rungs", "by call, text", "nurse"),
        'role = "investigator"': ("deviations: whose work", "", "nurse"),
        'role = "nurse" }': ("call task: then paged", "at 16:00", "doctor on call"),
    }
    for old, (aspect, beside, title) in titled.items():
        new = old.replace("nurse", "doctor").replace("investigator", "nurse")
        found = only(changed(old, new))
        assert found.aspect["en"] == aspect
        assert title in found.after["en"]
        assert beside in found.after["en"]
        assert "值班" in found.after["zh"]
    owned = changed('family = "fever"', 'family = "fever"\nowner = "doctor"')
    assert only(owned).after["en"] == "doctor on call"


def test_a_condition_is_told_in_the_words_of_the_diary_and_of_the_portal():
    when = {
        "all": [
            {"fact": "any_symptom", "is": True},
            {"fact": "chills_new", "is": False},
            {"fact": "temp_state", "is_any": ["unreadable", "absent"]},
            {"fact": "emerg", "has": "seizure"},
            {"fact": "chills_last", "is": 1},
            {"not": {"fired_tier": "same_day", "count": 3}},
        ]
    }
    told = said(read_study(SMALL), when)
    assert told["en"] == (
        "some symptom and not (“Chills” (new)) and “Temperature” (how it could be read) "
        "= cannot be read / not given and “An emergency?” includes “Seizure” and “Chills” "
        "(last time) = “Yes” and not (3 rules of Same day apply)"
    )
    assert not re.search("[a-z]", told["zh"])


def test_a_duty_that_is_gone_is_told_as_it_was():
    old = read_study(SMALL)
    found = only(differences(old, replace(old, duties=old.duties[:-1])))
    assert (found.name["en"], found.after) == ("coordinator", None)
    assert found.before["zh"] == "协调员 · organising"


def test_other_bounds_of_a_number_are_told_with_both():
    found = only(changed("plausible = [0, 260]", "plausible = [60, 240]", BIG))
    assert (found.aspect["en"], found.before["en"], found.after["en"]) == (
        "possible range",
        "0–260",
        "60–240",
    )


def test_the_same_study_does_not_differ_from_itself():
    assert differences(read_study(SMALL), read_study(SMALL)) == ()


@pytest.mark.parametrize(
    ("old", "new", "part", "bearing"),
    [
        ("ack_minutes = 15", "ack_minutes = 10", Part.LADDERS, Bearing.STRICTER),
        ("ack_minutes = 15", "ack_minutes = 20", Part.LADDERS, Bearing.CALMER),
        ("after_missed = 1", "after_missed = 2", Part.SILENCE, Bearing.CALMER),
    ],
)
def test_an_earlier_clock_is_stricter_and_a_later_one_calmer(old, new, part, bearing):
    found = [one for one in changed(old, new, BIG) if one.part is part]
    assert {one.bearing for one in found} == {bearing}


def test_a_lower_threshold_of_a_rule_is_stricter_and_says_both():
    old = '{ fact = "reading", at_least = "40.0" }'
    found = changed(old, old.replace("40.0", "39.5"), BIG)
    one = next(one for one in found if one.part is Part.RULES)
    assert one.bearing is Bearing.STRICTER
    assert one.before
    assert "40.0" in one.before["en"]
    assert one.after
    assert "39.5" in one.after["en"]
    back = changed(
        old.replace("40.0", "39.5"),
        old,
        BIG.replace(old, old.replace("40.0", "39.5"), 1),
    )
    assert next(one for one in back if one.part is Part.RULES).bearing is Bearing.CALMER


def rule_of(*cases: str) -> str:
    return SMALL + RULE + "".join(cases)


RULE = """
[[rule]]
id = "T90"
family = "fever"
title = { zh = "试验规则", en = "A rule to try" }
source = "here"
"""


def case(limit: str, tier: str, minutes: str = "") -> str:
    return f"""
[[rule.case]]
when = {{ fact = "reading", at_least = "{limit}" }}
tier = "{tier}"
{minutes}
"""


def bearing(old: str, new: str) -> Bearing:
    return only(differences(read_study(old), read_study(new))).bearing


GRAVE, MILD = case("39.0", "urgent"), case("38.0", "same_day")


def test_a_new_rule_is_stricter_and_one_that_is_gone_calmer():
    assert bearing(SMALL, rule_of(GRAVE)) is Bearing.STRICTER
    assert bearing(rule_of(GRAVE), SMALL) is Bearing.CALMER


def test_a_higher_tier_or_a_shorter_clock_is_stricter():
    assert bearing(rule_of(MILD), rule_of(case("38.0", "urgent"))) is Bearing.STRICTER
    slow = case("38.0", "urgent", "ack_minutes = 60")
    assert bearing(rule_of(slow), rule_of(case("38.0", "urgent"))) is Bearing.STRICTER
    assert bearing(rule_of(case("38.0", "urgent")), rule_of(slow)) is Bearing.CALMER


def test_one_more_case_behind_the_others_is_stricter():
    assert bearing(rule_of(GRAVE), rule_of(GRAVE, MILD)) is Bearing.STRICTER


def test_a_milder_case_that_answers_first_is_not_called_stricter():
    assert bearing(rule_of(GRAVE), rule_of(MILD, GRAVE)) is Bearing.CHANGED


def test_wider_here_and_narrower_there_is_neither():
    lower_and_later = case("38.0", "urgent", "ack_minutes = 60")
    assert bearing(rule_of(GRAVE), rule_of(lower_and_later)) is Bearing.CHANGED


def test_fewer_phases_are_calmer():
    narrow = GRAVE.replace("when =", 'phases = ["W1"]\nwhen =')
    assert bearing(rule_of(GRAVE), rule_of(narrow)) is Bearing.CALMER


def test_a_rung_less_is_calmer_and_one_earlier_is_stricter():
    study = load_study("dcar-sle")
    plain = to_compiled(study)
    less = copy.deepcopy(plain)
    less["policies"]["urgent"]["steps"].pop()
    one = only(differences(study, from_compiled(less)))
    assert (one.part, one.bearing) == (Part.LADDERS, Bearing.CALMER)
    sooner = copy.deepcopy(plain)
    sooner["policies"]["urgent"]["steps"][1]["after_minutes"] -= 1
    one = only(differences(study, from_compiled(sooner)))
    assert (one.part, one.bearing) == (Part.LADDERS, Bearing.STRICTER)


def test_a_new_visit_and_a_moved_one_are_told_with_their_days():
    moved = only(changed("days = 28", "days = 30"))
    assert moved.part is Part.VISITS
    assert moved.before
    assert moved.before["en"] == "day 28, −3/+3 days"
    assert moved.after
    assert moved.after["zh"] == "第30天，−3/+3天"
    new = 'code = "M6"\nmonths = 6\nminus = 7\nplus = 7\n'
    new += 'title = { zh = "第六个月", en = "Month 6" }\nbring = { zh = "卡", en = "Card" }'
    one = only(
        changed('[[phase]]\ncode = "W0"', f'[[visit]]\n{new}\n\n[[phase]]\ncode = "W0"')
    )
    assert one.before is None
    assert one.after
    assert "Month 6" in one.after["en"]


def test_a_new_wording_is_told_in_both_languages():
    one = only(changed("Bring your card.", "Bring your new card."))
    assert one.after
    assert (one.after["zh"], one.after["en"]) == (
        "请带治疗卡。",
        "Bring your new card.",
    )


def test_a_wording_that_changed_in_one_language_is_shown_to_readers_of_both():
    one = only(changed("Bring your card.", "Bring your new card."))
    for text in wordings(one):
        assert text
        assert text["zh"] == text["en"]
    assert (
        wordings(only(changed("days = 28", "days = 30")))[1]["zh"] == "第30天，−3/+3天"
    )


def test_a_phrase_more_is_stricter_and_an_exception_more_calmer():
    study = load_study("dcar-sle")
    sign, *others = study.signs
    for name, wanted in (
        ("phrases", Bearing.STRICTER),
        ("except_in", Bearing.CALMER),
    ):
        more = {**getattr(sign, name), "en": ("new phrase", *getattr(sign, name)["en"])}
        changed = replace(sign, **{name: more})
        new = replace(study, signs=(changed, *others))
        for before, after, bearing in (
            (study, new, wanted),
            (new, study, OPPOSITE[wanted]),
        ):
            one = only(differences(before, after))
            assert (one.part, one.bearing) == (Part.WORDS, bearing)
            said = one.after or one.before
            assert said
            assert said["en"] == "new phrase"


def test_a_sign_of_a_higher_tier_is_stricter():
    study = load_study("dcar-sle")
    sign, *others = study.signs
    higher = replace(sign, tier=Tier.EMERGENCY)
    new = replace(study, signs=(higher, *others))
    assert only(differences(study, new)).bearing is Bearing.STRICTER
    assert only(differences(new, study)).bearing is Bearing.CALMER


def test_a_sign_that_is_new_is_told_with_its_tier():
    study = load_study("dcar-sle")
    sign, *others = study.signs
    found = differences(replace(study, signs=tuple(others)), study)
    (tier,) = [one for one in found if one.aspect["en"] == "tier"]
    assert (tier.bearing, tier.before) == (Bearing.STRICTER, None)
    assert tier.name["zh"] == f"{sign.id} {sign.title['zh']}"
    gone = differences(study, replace(study, signs=tuple(others)))
    assert {one.bearing for one in gone} <= {Bearing.CALMER, Bearing.STRICTER}
    assert [one.after for one in gone if one.aspect["en"] == "tier"] == [None]


def test_a_question_more_is_told_in_words_and_its_screen_by_the_questions_on_it():
    old = read_study(BIG)
    items = {name: one for name, one in old.items.items() if name != "chills"}
    groups = tuple(
        replace(one, items=tuple(i for i in one.items if i != "chills"))
        for one in old.groups
    )
    found = differences(replace(old, items=items, groups=groups), old)
    (asked,) = [one for one in found if one.aspect["en"] == "question"]
    assert asked.name["zh"] == "chills · 发冷或寒战（发抖）"
    assert asked.after
    assert asked.after["zh"].startswith("分级 / 没有 (0) / 发冷 (1)")
    assert asked.after["en"].endswith("asked in W0, W1, W2, W3, W4")
    (screen,) = [one for one in found if one.aspect["en"].startswith("questions on it")]
    assert screen.after
    assert screen.after["zh"].endswith("；发冷或寒战（发抖）")


def test_a_red_flag_word_more_is_stricter_and_a_word_that_negates_calmer():
    study = load_study("vaccine-2dose")
    for name, wanted in (
        ("emergency", Bearing.STRICTER),
        ("negations", Bearing.CALMER),
    ):
        plain = to_compiled(study)
        plain = {**plain, "words": copy.deepcopy(plain["words"])}
        plain["words"][0][name] += ["new word"]
        one = only(differences(study, from_compiled(plain)))
        assert (one.part, one.bearing) == (Part.WORDS, wanted)
        assert one.after
        assert one.after["en"] == "new word"


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def one_of_each(paths):
    """Of each kind of value one: not every item has to be bent."""
    many = ("items", "messages", "texts", "policies", "missing")
    kinds = {}
    for path in paths:
        kind = ["*" if isinstance(key, int) else key for key in path]
        if path[0] in many:
            kind[1] = "*"
        kinds.setdefault(tuple(kind), path)
    return kinds.values()


def bent(plain, path):
    """The study with one value another one; None where no such value may stand there."""
    found = json.loads(json.dumps(plain))
    *above, last = path
    inner = found
    for key in above:
        inner = inner[key]
    value = inner[last]
    if isinstance(value, bool):
        inner[last] = not value
    elif path[0] == "phases" and last == "diary":
        inner[last] = next(kind.value for kind in DiaryKind if kind != value)
    elif isinstance(value, int):
        inner[last] = value + 1
    elif isinstance(value, str):
        inner[last] = f"{value}x"
    else:
        return None
    return found


def test_no_value_of_a_study_changes_unsaid():
    """But for enums and names by which things are found, any value is bent by itself."""
    rich, plain = to_compiled(load_study("dcar-sle")), to_compiled(read_study(SMALL))
    plain |= {name: rich[name] for name in ("reminders", "missing")}
    study = from_compiled(plain)
    unsaid = []
    for path in one_of_each(leaves(plain)):
        if path[0] in NOTHING_FOLLOWS:
            continue
        other = bent(plain, path)
        if other is None or path[-1] in ("tier", "kind", "id") or "work" in path:
            continue
        if "stretches" in path and path[-1] in ("due", "opens"):
            continue  # a stretch cannot say it: it is the phase's
        if differences(study, from_compiled(other)) == ():
            unsaid.append(path)
    assert unsaid == []


def test_the_printed_difference_counts_and_speaks_both_languages():
    old, new = read_study(SMALL), read_study(rule_of(GRAVE))
    english = printed_changes(old, new, differences(old, new), "en")
    assert "stricter 1 · calmer 0 · changed 0" in english
    assert "[new, stricter] T90 A rule to try · rule" in english
    assert "if highest temperature, ℃ ≥ 39.0: Urgent, within 15 min" in english
    chinese = printed_changes(old, new, differences(old, new), "zh")
    assert "[新增，更严格] T90 试验规则 · 规则" in chinese
    later = replace(old, version="4")
    told = printed_changes(old, later, differences(old, later), "en")
    assert "[changed] small-trial · version" in told


def test_a_curve_that_is_new_is_told_with_its_place():
    begin = BIG.index("[[curve]]")
    other = BIG[begin : BIG.index("# Questions whose newest", begin)]
    second = other.replace('items = ["temp", "temp_max"]', 'items = ["temp"]')
    found = changed(other, other + second, BIG)
    assert {one.name["en"] for one in found} == {"curve[2]"}
    assert ("questions", "temp") in {
        (one.aspect["en"], one.after["en"]) for one in found
    }
