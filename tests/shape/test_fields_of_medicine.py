"""What one trial is about stands in its study file, and nowhere in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support import source

WORDS = re.compile(
    r"fever|neuro|lupus|\bcar-t\b|infus|steroid|antipyr|\bT(?:0[1-9]|[12]\d|3[0-3])\b"
    r"|\b[CLMPQ]-[a-z]|\btemp_(?:max|state|site)|\bhours? from the|same answers for"
    r"|\bemerg\b",
    re.IGNORECASE,
)
# Who may say such a word, and why it is not the study's.
MAY = {
    "portal/demo/past/written_cast.py": "the stories of the demonstration of two trials",
    "portal/db/migrations/": "a migration says what was so",
    "portal/protocol/study/upgrades/": "what code knew before studies said it",
    "portal/protocol/checks/wording.py": "words that no text message may hold",
    "portal/protocol/words/heard/": "how people write what they feel and measure",
    "portal/records/own/own_data.py": "the format of a person's own data is kept",
}
COMMENTS = re.compile(r"\{#.*?#\}|/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)


def _said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Names and texts of a module; what only explains it is left out."""
    explains = {
        id(node.value)
        for node in source.nodes(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in source.nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in explains:
                yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg | ast.keyword):
            yield node.lineno, node.arg or ""


def _lines(text: str) -> Iterator[tuple[int, str]]:
    bare = COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), text)
    return enumerate(bare.splitlines(), start=1)


def _told(parts: Iterator[tuple[int, str]]) -> list[int]:
    return sorted({line for line, words in parts if WORDS.search(words)})


def test_no_code_and_no_page_knows_what_a_trial_is_about() -> None:
    found = [
        f"{name}:{line}"
        for name, tree in source.python_files("portal", "scheduler")
        if not name.startswith(tuple(MAY))
        for line in _told(_said(tree))
    ]
    found += [
        f"{name}:{line}"
        for name, text in source.text_files()
        if name.startswith(("templates/", "static/"))
        and name.endswith((".html", ".js", ".css"))
        and not name.startswith(tuple(MAY))
        for line in _told(_lines(text))
    ]
    assert not found, "\n".join(["let the study file say it", *found])


@pytest.mark.parametrize(
    "bad",
    [
        'RULE = "T26"',
        'RING = "M-W"',
        'FLAGS = "emerg"',
        "fever = 38",
        'F = {"temp_state": ""}',
        "def infused(): ...",
        'show(neuro="x")',
    ],
)
def test_a_word_of_one_field_is_seen(bad: str) -> None:
    assert _told(_said(ast.parse(bad))) == [1]


@pytest.mark.parametrize("good", ['"""A fever."""', 'x = "T2"', "# lupus"])
def test_what_only_explains_is_let_be(good: str) -> None:
    assert _told(_said(ast.parse(good))) == []


def test_a_page_is_seen_too_and_its_comments_are_not() -> None:
    assert _told(_lines("{# fever #}\n<p>Steroids</p>\n// T26\n/* infusion */")) == [2]
