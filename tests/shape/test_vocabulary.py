"""Words that the whole house shares stand in one place, each with its bad example."""

from __future__ import annotations

import ast
from enum import StrEnum

import pytest

from portal.people.optouts import NumberState
from portal.protocol.study.tiers import Tier
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ParticipantStatus, ReporterKind
from portal.vocabulary.tasks import TaskKind
from portal.vocabulary.visits import VisitState
from portal.web.staff import event_words, words
from tests.support import source, templates, vocabulary

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


# Which template may compare what with a bare string, and why nothing below says it.
CHOSEN_BY_KIND = {
    ("components/curve.html", "table"): "an argument: how the table is shown",
    ("components/entry_fields.html", "field.kind"): "which control asks a question",
    ("components/roster.html", "cell"): "which mark a day has",
    ("components/symbol.html", "name"): "which drawing a name has",
    ("components/tier_badge.html", "tier"): "which word a tier has",
    ("demo/shelf.html", "owner.kind"): "whose number it is, of invented phones",
    ("staff/changes.html", "item.kind"): "which piece shows a change",
    ("staff/participant.html", "item.kind"): "which piece shows an item",
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
        'Submission(reporter="caregiver" if helped else "self")',
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
        "reporter: str = ''",
        "Task(kind=TaskKind.REVIEW, outcome='spoke')",
    ],
)
def test_a_word_for_a_state_is_let_pass(good: str) -> None:
    assert vocabulary.typed_out(ast.parse(good)) == []


def test_no_template_compares_a_state_with_a_bare_string() -> None:
    trees = (tree for _, tree in source.python_files("portal"))
    known = templates.enum_words(trees)
    found = {
        (name.removeprefix("templates/"), subject)
        for name, text in source.text_files()
        if name.startswith("templates/")
        for subject in templates.compared(text, known)
    }
    assert found - CHOSEN_BY_KIND.keys() == set(), "let the page's value say it"
    assert CHOSEN_BY_KIND.keys() - found == set()


@pytest.mark.parametrize(
    ("bad", "subject"),
    [
        ('{% if visit.state == "booked" %}{% endif %}', "visit.state"),
        ('{% if a and "open" != alert.state %}{% endif %}', "alert.state"),
        ('{% if row.place in ("unknown", "home") %}{% endif %}', "row.place"),
        ('{{ _("goes out") if one.becomes == "queued" else "" }}', "one.becomes"),
        ('{% if task.state is eq("done") %}{% endif %}', "task.state"),
        ('{{ lines | selectattr("state", "eq", "open") | list }}', "| selectattr"),
    ],
)
def test_a_bare_string_for_a_state_in_a_template_is_seen(
    bad: str, subject: str
) -> None:
    enum = ast.parse("class State(StrEnum):\n    OPEN = 'open'\n    DONE = 'done'")
    known = {"booked", "unknown", "queued", *templates.enum_words([enum])}
    assert templates.compared(bad, known) == {subject}


@pytest.mark.parametrize(
    "good",
    [
        '{{ a if visit.is_booked else "booked" }}',
        '{% set kind = "open" %}{{ words[kind] }}',
        '{{ typed.get("act") == "open" }}',
        '{{ lines | selectattr("open") | list }}',
    ],
)
def test_a_template_that_asks_its_values_is_let_pass(good: str) -> None:
    assert templates.compared(good, {"open", "booked"}) == set()


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
        (words.REPORTERS, ReporterKind),
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
