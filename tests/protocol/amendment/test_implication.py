"""One condition implies another only where it can be shown; each claim has its reverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.amendment.implication import implies
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.conditions import Outcome, holds

HOT, HOTTER = ({"fact": "reading", "at_least": limit} for limit in ("38.0", "38.5"))
CHILLS = {"fact": "chills", "at_least": 1}


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (HOTTER, HOT),
        ({"fact": "spo2", "below": 90}, {"fact": "spo2", "below": 94}),
        ({"fact": "reading", "between": ["38.0", "38.9"]}, HOT),
        ({"fact": "chills", "is": 2}, CHILLS),
        ({"fact": "antipyr", "is": "a"}, {"fact": "antipyr", "is_any": ["a", "b"]}),
        ({"fact": "emerg", "has": "x"}, {"fact": "emerg", "has_any": True}),
        ({"fired": "T1"}, {"fired_any": ["T1", "T2"]}),
        (
            {"fired_tier": "same_day", "count": 3},
            {"fired_tier": "same_day", "count": 2},
        ),
        ({"count": 2, "of": [HOT, CHILLS]}, {"count": 1, "of": [HOT, CHILLS]}),
        ({"all": [HOT, CHILLS]}, HOT),
        (HOT, {"any": [HOT, CHILLS]}),
        ({"all": [HOTTER, CHILLS]}, {"all": [CHILLS, HOT]}),
        ({"any": [HOTTER, CHILLS]}, {"any": [CHILLS, HOT]}),
        ({"not": HOT}, {"not": HOTTER}),
        ({"not": {"any": [HOT, CHILLS]}}, {"not": HOTTER}),
    ],
)
def test_the_narrower_condition_implies_the_wider_and_not_the_reverse(narrow, wide):
    assert implies(narrow, wide)
    assert not implies(wide, narrow)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HOT, {"fact": "temp", "at_least": "38.0"}),
        ({"fact": "preg", "is": True}, {"fact": "preg", "is": 1}),
        ({"not": HOT}, {"fact": "reading", "below": "38.0"}),
        ({"fired": "T1"}, {"fired_tier": "urgent"}),
        ({"fact": "x", "has": "a"}, {"fact": "x", "has": "b"}),
    ],
)
def test_what_cannot_be_shown_is_not_claimed(first, second):
    assert not implies(first, second)
    assert not implies(second, first)


LEAVES = st.one_of(
    st.builds(lambda n: {"fact": "level", "at_least": n}, st.integers(0, 3)),
    st.builds(lambda n: {"fact": "level", "below": n}, st.integers(0, 3)),
    st.builds(lambda n: {"fact": "level", "is": n}, st.integers(0, 3)),
    st.builds(
        lambda a, b: {"fact": "level", "between": [a, b]},
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    st.builds(
        lambda s: {"fact": "code", "is_any": s},
        st.lists(st.sampled_from("abc"), max_size=2),
    ),
    st.builds(lambda c: {"fact": "code", "is": c}, st.sampled_from("abc")),
    st.builds(lambda c: {"fact": "many", "has": c}, st.sampled_from("ab")),
    st.builds(lambda b: {"fact": "many", "has_any": b}, st.booleans()),
    st.builds(lambda r: {"fired": r}, st.sampled_from(["T1", "T2"])),
    st.builds(lambda n: {"fired_tier": "urgent", "count": n}, st.integers(1, 2)),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda s: {"all": s}, st.lists(inner, max_size=2)),
        st.builds(lambda s: {"any": s}, st.lists(inner, max_size=2)),
        st.builds(
            lambda s, n: {"count": n, "of": s},
            st.lists(inner, max_size=3),
            st.integers(1, 3),
        ),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=5,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "level": st.integers(0, 3),
        "code": st.sampled_from("abc"),
        "many": st.lists(st.sampled_from("ab"), unique=True),
    },
)
FIRED = st.dictionaries(
    st.sampled_from(["T1", "T2"]), st.just(Outcome(Tier.URGENT, 15)), max_size=2
)


@given(CONDITIONS, CONDITIONS, st.lists(st.tuples(FACTS, FIRED), min_size=8))
def test_no_facts_hold_the_first_and_not_the_second_of_an_implication(a, b, worlds):
    if implies(a, b):
        for facts, fired in worlds:
            assert not holds(a, facts, fired) or holds(b, facts, fired)
