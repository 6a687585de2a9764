"""A study's signs prove themselves: their examples, and the words of every answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.protocol.checks.signs import in_words, sign_faults
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.study_files import load_study

WHOLE = load_study("dcar-sle")
PROVED = ("emerg", "headache", "preg", "near", "note")
STUDY = replace(WHOLE, items={name: WHOLE.items[name] for name in PROVED})
"""A few of its items, since every answer of each is judged in every phase."""
NOTE = replace(WHOLE, items={"note": WHOLE.items["note"]})
"""None whose answers are judged: the signs alone are proved."""


def with_sign(name: str, **change: object) -> Study:
    """A study of this sign alone, so changed."""
    (sign,) = [one for one in WHOLE.signs if one.id == name]
    return replace(NOTE, signs=(replace(sign, **change),))  # type: ignore[arg-type]


def without(*names: str) -> Study:
    """A few answers, and the signs but these; the signs' own examples are left out."""
    signs = [replace(sign, fires=(), silent=()) for sign in STUDY.signs]
    return replace(STUDY, signs=tuple(s for s in signs if s.id not in names))


def keys(study: Study) -> set[str]:
    return {fault.key for fault in sign_faults(study)}


@pytest.mark.parametrize(
    ("name", "change", "key"),
    [
        ("fever", {"fires": ("今天很好",)}, "sign.fever.fires"),
        ("fever", {"silent": ("发烧",)}, "sign.fever.silent"),
        ("fever", {"id": "Fever 1"}, "sign.Fever 1"),
        ("mood", {"phrases": {"zh": ("哭",), "en": ("sad",)}}, "sign.mood.zh"),
        ("mood", {"phrases": {"zh": ("想哭 + ",), "en": ("sad",)}}, "sign.mood.zh"),
    ],
)
def test_a_sign_that_does_not_hold_is_a_fault(
    name: str, change: dict[str, object], key: str
) -> None:
    assert key in keys(with_sign(name, **change))


def test_an_answer_that_no_sign_states_is_a_fault() -> None:
    assert "item.emerg.choices" in keys(without("seizure"))
    assert "item.preg.choices" in keys(without("pregnancy"))


def test_an_answer_that_no_sign_states_is_named_once_with_all_its_phases() -> None:
    said = [fault.sentence for fault in sign_faults(without("seizure"))]
    english = [one for one in said if "Seizure" in one]
    assert len(english) == 1
    assert "routine in W0, W1, W2, W3, W4, and the answer emergency" in english[0]


def test_a_sign_of_a_lower_tier_than_the_answer_is_a_fault() -> None:
    signs = tuple(
        replace(sign, tier=Tier.URGENT) if sign.id == "seizure" else sign
        for sign in without().signs
    )
    assert "item.emerg.choices" in keys(replace(STUDY, signs=signs))


def test_every_answer_of_the_first_study_is_heard() -> None:
    assert keys(WHOLE) == set()


def test_what_no_sign_can_state_says_why() -> None:
    near = replace(STUDY.items["near"], unheard=None)
    told = replace(without(), items={**STUDY.items, "near": near})
    assert keys(told) == {"item.near.choices"}


def test_an_answer_is_written_as_people_do() -> None:
    item = STUDY.items["headache"]
    (severe,) = [choice for choice in item.choices if choice.code == 3]
    assert in_words(item, severe, "en").startswith("Headache: Severe")
    assert in_words(item, severe, "zh").startswith("头痛：重")


def test_a_study_has_signs_or_lists() -> None:
    lists = load_study("vaccine-2dose").words
    assert "words" in keys(replace(STUDY, words=lists))


def test_a_study_without_signs_has_none_to_prove() -> None:
    assert keys(load_study("hypertension")) == set()


def test_signs_without_a_note_to_seek_them_in_are_a_fault() -> None:
    asked = {i.id: i for i in STUDY.items.values() if i.kind is not ItemKind.TEXT}
    assert keys(replace(STUDY, items=asked)) == {"sign"}


HELPS_NOT = "inhaler|puffs + not help|no help"


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (
            "the inhaler does not help",
            f' (read as "the inhaler doesnt help"): nearest is "{HELPS_NOT}", of which '
            '"not help|no help" is not there.',
        ),
        ("all is well", ": no part of any phrase is in it."),
        ("the inhaler is here. it is no help", "too far apart or not in one clause."),
        ("last year the inhaler was no help", f': "{HELPS_NOT}" is there, but denied,'),
        ("the spare inhaler is no help", ": a phrase of except hides it."),
    ],
)
def test_a_note_that_does_not_state_its_sign_says_what_is_missing(
    note: str, why: str
) -> None:
    told = with_sign(
        "fever",
        tier=Tier.URGENT,
        phrases={"zh": ("发烧",), "en": (HELPS_NOT,)},
        except_in={"en": ("spare inhaler",)},
        fires=(note,),
    )
    (said,) = [
        one.sentence for one in sign_faults(told) if one.key == "sign.fever.fires"
    ]
    assert said.startswith(f'"{note}" does not state it')
    assert why in said
