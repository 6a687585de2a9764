"""Words that the whole house shares stand in one place, each with its bad example."""

from __future__ import annotations

import ast
from enum import StrEnum

import pytest

from portal.protocol.study.model import Tier
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskKind
from portal.vocabulary.visits import VisitState
from portal.web.staff import words
from tests.support import source, vocabulary

# Who may name the tiers that page, and why it is not `Tier.pages`.
NAMES_WHAT_PAGES = {
    "portal/protocol/study/model.py": "it is Tier.pages",
    "portal/protocol/words/red_flag_words.py": "they are the two lists of words",
}


def test_what_pages_a_person_is_said_in_one_place() -> None:
    paging = {tier.name for tier in Tier if tier.pages}
    spelled = [
        f"{name}:{line}"
        for name, tree in source.python_files(*source.CODE)
        if name not in NAMES_WHAT_PAGES
        for line in vocabulary.spelled(tree, paging)
    ]
    assert not spelled, "\n".join(["ask Tier.pages", *spelled])


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.TASKS, TaskKind),
        (words.ALERTS, AlertState),
        (words.STATUSES, ParticipantStatus),
        (words.VISITS, VisitState),
        (words.VERSIONS, VersionKind),
    ],
)
def test_staff_read_a_word_for_every_code(
    table: words.Words, codes: type[StrEnum]
) -> None:
    assert set(table) == set(codes)


@pytest.mark.parametrize(
    "bad",
    ["SERIOUS = (Tier.EMERGENCY, Tier.URGENT)", 'tier in ["urgent", "emergency"]'],
)
def test_a_second_list_of_what_pages_is_seen(bad: str) -> None:
    assert vocabulary.spelled(ast.parse(bad), {"EMERGENCY", "URGENT"}) == [1]
    assert vocabulary.spelled(ast.parse("tuple(Tier)"), {"EMERGENCY", "URGENT"}) == []
