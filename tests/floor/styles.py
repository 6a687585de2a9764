"""What a style uses that the floor does not have.

A declaration that a browser does not know is dropped alone, which may leave a page that
can be read. A selector that it does not know takes all others of its list with it, so it
stands alone, or behind ``@supports``, which the same browser does not know either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import tinycss2

from tests.floor import Use, table

UNITS = {
    **dict.fromkeys(
        ["svh", "lvh", "dvh", "svw", "lvw", "dvw"], "Chrome 108, Safari 15.4"
    ),
    **dict.fromkeys(["cqw", "cqh", "cqi", "cqb"], "Chrome 105, Safari 16"),
    **dict.fromkeys(["lh", "rlh", "cap", "ic", "vi", "vb"], "newer"),
}
KEYWORDS = {
    "jump-none": "Safari 14",
    "jump-start": "Safari 14",
    "jump-both": "Safari 14",
}
FLEX = re.compile(r"^(inline-)?flex$")
GAPS = {"gap", "column-gap", "row-gap"}
NESTS = {"media", "supports", "layer", "container"}


@cache
def _newer() -> dict[str, str]:
    return table("styles.txt")


def newer_than_the_floor(file: str, code: str) -> list[Use]:
    """Everything newer in one style sheet, in order."""
    rules = tinycss2.parse_stylesheet(code, skip_comments=True, skip_whitespace=True)
    return sorted(set(_rules(file, rules)))


def _rules(file: str, rules: list[Any]) -> Iterator[Use]:
    for rule in rules:
        if rule.type == "error":
            yield Use(file, rule.source_line, f"what cannot be read: {rule.message}")
        elif rule.type == "at-rule":
            yield from _at_rule(file, rule)
        elif rule.type == "qualified-rule":
            yield from _selector(file, rule)
            yield from _declarations(file, rule)


def _at_rule(file: str, rule: Any) -> Iterator[Use]:
    what = f"at-rule {rule.at_keyword}"
    if what in _newer():
        yield Use(file, rule.source_line, what, _newer()[what])
    if rule.content is None:
        return
    if rule.at_keyword in NESTS:
        inside = list(_rules(file, tinycss2.parse_rule_list(rule.content, True, True)))
        asked = _asked(rule)
        yield from (use for use in inside if use.what.split()[1] not in asked)
    elif rule.at_keyword == "keyframes":
        yield from _rules(file, tinycss2.parse_rule_list(rule.content, True, True))


def _asked(rule: Any) -> set[str]:
    """Selectors that ``@supports selector(…)`` asks about: inside they are known."""
    if rule.at_keyword != "supports":
        return set()
    return {name for _, name in _pseudo(rule.prelude)}


def _pseudo(tokens: list[Any]) -> Iterator[tuple[int, str]]:
    """Pseudo-classes and elements, those inside brackets too."""
    colon = False
    for token in tokens:
        name = getattr(token, "lower_value", None) or getattr(token, "lower_name", "")
        if colon and name:
            yield token.source_line, name
        colon = token.type == "literal" and token.value == ":"
        for below in ("arguments", "content"):
            if isinstance(getattr(token, below, None), list):
                yield from _pseudo(getattr(token, below))


def _selector(file: str, rule: Any) -> Iterator[Use]:
    alone = not any(one.type == "literal" and one.value == "," for one in rule.prelude)
    for line, name in _pseudo(rule.prelude):
        what = f"selector {name}"
        if what in _newer():
            yield Use(
                file, line, what if alone else f"{what} in a list", _newer()[what]
            )


def _declarations(file: str, rule: Any) -> Iterator[Use]:
    known = [
        one
        for one in tinycss2.parse_blocks_contents(rule.content, True, True)
        if one.type == "declaration"
    ]
    in_flex = any(
        one.lower_name == "display" and FLEX.match(_written(one)) for one in known
    )
    before: set[str] = set()
    for one in known:
        for what, since in _declaration(one, in_flex):
            instead = " after one that is known" if one.lower_name in before else ""
            yield Use(file, one.source_line, f"{what}{instead}", since)
        before.add(one.lower_name)


def _written(declaration: Any) -> str:
    return str(tinycss2.serialize(declaration.value)).strip()


def _declaration(one: Any, in_flex: bool) -> Iterator[tuple[str, str]]:
    name = one.lower_name
    if f"property {name}" in _newer():
        yield f"property {name}", _newer()[f"property {name}"]
        return
    if name in GAPS and in_flex:
        yield "gap in flex", "Chrome 84, Safari 14.1"
    for token in _tokens(one.value):
        yield from _value(name, token)


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        for below in ("arguments", "content"):
            if isinstance(getattr(token, below, None), list):
                yield from _tokens(getattr(token, below))


def _value(name: str, token: Any) -> Iterator[tuple[str, str]]:
    if token.type == "dimension" and token.lower_unit in UNITS:
        yield f"unit {token.lower_unit}", UNITS[token.lower_unit]
    elif token.type == "function" and f"function {token.lower_name}" in _newer():
        yield f"function {token.lower_name}", _newer()[f"function {token.lower_name}"]
    elif token.type == "ident" and token.lower_value in KEYWORDS:
        yield f"value {token.lower_value}", KEYWORDS[token.lower_value]
    elif token.type == "ident" and f"value {name}: {token.lower_value}" in _newer():
        what = f"value {name}: {token.lower_value}"
        yield what, _newer()[what]
