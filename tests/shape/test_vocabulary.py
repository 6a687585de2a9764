"""Words that the whole house shares stand in one place, each with its bad example."""

from __future__ import annotations

import ast
from enum import StrEnum

import pytest

from portal.people.optouts import NumberState
from portal.protocol.study.tiers import Tier
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskKind
from portal.vocabulary.visits import VisitState
from portal.web.staff import event_words, words
from tests.support import source, vocabulary

# Who may name the tiers that page, and why it is not `Tier.pages`.
NAMES_WHAT_PAGES = {
    "portal/protocol/study/tiers.py": "it is Tier.pages",
    "portal/protocol/words/red_flag_words.py": "they are the two lists of words",
}


# Who may compare or give a bare string, and why it is none of these words.
OTHER_WORDS = {
    "portal/cli/running/backup.py": "a kind of database, which the copy's label holds",
    "portal/delivery/inbound/keypresses.py": "a key pressed is no state of a message",
    "portal/demo/phone_list.py": "whose number it is, for the page of invented phones",
    "portal/engine/one_by_one.py": "the name of a table",
    "portal/protocol/checks/conditions.py": "a Literal: the type checker reads it",
    "portal/records/staff/changes.py": "which template shows a change",
    "portal/web/diary/advice.py": "a Literal: the type checker reads it",
}


def test_no_state_is_compared_with_a_bare_string_or_given_one() -> None:
    typed = [
        f"{name}:{line}"
        for name, tree in source.python_files("portal", "scheduler")
        if name not in OTHER_WORDS and "/migrations/" not in name
        for line in vocabulary.typed_out(tree)
    ]
    assert not typed, "\n".join(["take the word of portal.vocabulary", *typed])


@pytest.mark.parametrize(
    "bad",
    [
        'alert.state == "open"',
        '"open" != Alert.state',
        'visit.state in ("planned", "booked")',
        'Message.state.in_(["queued"])',
        'Message.state.not_in(("queued",))',
        'task.state, task.outcome = "done", said',
        'Message(purpose="alert")',
        'select(Task).filter_by(kind="review")',
        'Message(channel="call" if voice else Channel.TEXT)',
        'class Slip:\n    kind: str = "partial"',
        'match message.channel:\n    case "text" | "call":\n        pass',
    ],
)
def test_a_bare_string_for_a_state_is_seen(bad: str) -> None:
    assert vocabulary.typed_out(ast.parse(bad))


@pytest.mark.parametrize(
    "good",
    [
        "alert.state == AlertState.OPEN",
        "visit.state, visit.note = VisitState.BOOKED, 'moved'",
        "Message.state.in_(WAITING)",
        "kind: TaskKind",
        "Task(kind=TaskKind.REVIEW, outcome='spoke')",
    ],
)
def test_a_word_for_a_state_is_let_pass(good: str) -> None:
    assert vocabulary.typed_out(ast.parse(good)) == []


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
        (words.REACHES, NumberState),
        (event_words.EVENTS, Happening),
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
