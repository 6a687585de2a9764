"""What a follow-up costs its team: a part of it lived through, and the counting itself.

``python -m tests.burden`` follows 24 people to month 3.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.burden.__main__ import measured
from tests.burden.acts import ActKind, Burden, TeamAct, table
from tests.burden.complaints import Body
from tests.burden.limits import over
from tests.burden.notes import CORPORA, WORDS, notes_in
from tests.burden.people import APART, MONTH_3

BLIND = {"fresh.tsv", "fourth.tsv"}


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("people", "last", "apart", "seed"),
    [(4, 23, 0.5, 2), pytest.param(24, MONTH_3, APART, 1, marks=pytest.mark.thorough)],
)
def test_following_people_costs_the_nurses_no_more_than_the_limits(
    database_url: str, people: int, last: int, apart: float, seed: int
) -> None:
    found = measured(database_url, people, last, seed=seed, apart=apart)
    assert over(found) == []
    assert found.weeks("W1") > 2 * people
    assert found.fires("W1", "T21") > 0.3, "nobody had much to be asked about"
    for kind in (ActKind.REVIEW, ActKind.WEEKLY, ActKind.READING):
        assert found.a_week("W1", "nurse", [kind]) > 0, kind


def test_an_act_for_several_people_counts_for_each_by_their_share() -> None:
    found = Burden(days={"W1": 7, "W2": 14})
    found.acts = [
        TeamAct(ActKind.READING, "nurse", ("W1", "W2", "W2", "W2")),
        TeamAct(ActKind.REVIEW, "nurse", ("W1",)),
        TeamAct(ActKind.CALL, "coordinator", ("W1",)),
    ]
    assert found.a_week("W1", "nurse") == 1.25
    assert found.a_week("W2", "nurse") == 0.375
    assert found.a_week("W1", "coordinator") == 1
    assert "1.25" in "\n".join(table(found, "W1"))


def test_a_figure_above_its_limit_is_named() -> None:
    found = Burden(days={"W1": 7})
    found.acts = [TeamAct(ActKind.REVIEW, "nurse", ("W1",))] * 2
    found.raised["W1"] = 1
    assert [line.split(":")[1] for line in over(found)] == [
        " same-day reviews",
        " false urgent from words",
    ]
    found.acts *= 2
    assert len(over(found)) == 3


def test_no_note_is_drawn_from_a_blind_corpus() -> None:
    assert not BLIND & set(CORPORA)
    assert BLIND | set(CORPORA) <= {one.name for one in Path(WORDS).glob("*.tsv")}
    for language in ("zh", "en"):
        notes = notes_in(language)
        assert min(len(notes.calm), len(notes.dangerous)) > 100
        assert not set(notes.calm) & set(notes.dangerous)


def test_the_same_seed_ails_in_the_same_way() -> None:
    one, other, third = (Body(random.Random(seed)) for seed in (7, 7, 8))
    days = [[body.lives_a_day() for _ in range(60)] for body in (one, other, third)]
    assert days[0] == days[1] != days[2]
