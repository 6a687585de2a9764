"""Finds words of the vocabulary that are spelled out where their one name should be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support import source

WORDS = {"state", "status", "kind", "channel", "purpose", "reporter"}
"""Attributes and arguments that hold a word of ``portal.vocabulary``."""
LISTS = ("in_", "not_in")


def spelled(tree: ast.AST, names: set[str]) -> list[int]:
    """Lines with a literal list of exactly these members, as names or as strings."""
    return [
        node.lineno
        for node in source.nodes(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and {_member(one) for one in node.elts} == names
    ]


def _member(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return _member(node.value) if node.attr == "value" else node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.upper()
    return None


def typed_out(tree: ast.AST) -> list[int]:
    """Lines where a state, kind, channel or purpose is compared with a bare string.

    Or is given one: by assignment, by keyword, or as a field's default.
    """
    return sorted({line for node in source.nodes(tree) for line in _typed_out(node)})


def _typed_out(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Compare():
            yield from _pairs(node.left, *node.comparators)
        case ast.Call():
            named = (one for one in node.keywords if one.arg in WORDS)
            yield from (line for one in named for line in _bare(one.value))
            if isinstance(node.func, ast.Attribute) and node.func.attr in LISTS:
                yield from _pairs(node.func.value, *node.args)
        case ast.Assign(targets=[target]):
            yield from _given(target, node.value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            if name in WORDS:  # a field and its default
                yield from _bare(node.value)
        case ast.Match() if _is_word(node.subject):
            patterns = (case.pattern for case in node.cases)
            named = (one for pattern in patterns for one in ast.walk(pattern))
            values = (one.value for one in named if isinstance(one, ast.MatchValue))
            yield from (line for value in values for line in _bare(value))


def _given(target: ast.expr, value: ast.expr) -> Iterator[int]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _given(one, its)
    elif _is_word(target):
        yield from _bare(value)


def _pairs(*sides: ast.expr) -> Iterator[int]:
    if any(_is_word(side) for side in sides):
        yield from (line for side in sides for line in _bare(side))


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in WORDS


def _bare(node: ast.expr) -> Iterator[int]:
    """The lines of the strings in it: one, a list of them, either of two; none is empty."""
    match node:
        case ast.Constant(value=str() as said) if said:
            yield node.lineno
        case ast.Tuple() | ast.List() | ast.Set():
            yield from (line for one in node.elts for line in _bare(one))
        case ast.IfExp():
            yield from (*_bare(node.body), *_bare(node.orelse))
