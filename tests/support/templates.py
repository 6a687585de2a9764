"""Finds in a template where a word of an enum is compared as a bare string."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import jinja2
from jinja2 import nodes

from tests.support import source

READER = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
EQUAL = {"eq", "equalto", "==", "ne", "!=", "in", "sameas"}
CHOOSING = {"selectattr": 2, "rejectattr": 2, "select": 1, "reject": 1}
"""Filters that compare, and how many words come before the word compared with."""
TYPED = ("typed", "errors")
"""What somebody typed into a form, and what is wrong with it: fields, not states."""


def enum_words(trees: Iterable[ast.AST]) -> set[str]:
    """The text of every member of every enum of words."""
    enums = (
        node
        for tree in trees
        for node in source.nodes(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases
        )
    )
    return {
        line.value.value
        for enum in enums
        for line in enum.body
        if isinstance(line, ast.Assign)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    }


def compared(template: str, words: set[str]) -> set[str]:
    """What ``template`` compares with one of ``words``, such as ``line.kind``."""
    tree = READER.parse(template)
    found = {
        subject
        for node in tree.find_all((nodes.Compare, nodes.Test, nodes.Filter))
        for subject, word in _pairs(node)
        if word in words
    }
    return {one for one in found if one.split(".")[0] not in TYPED}


def _pairs(node: nodes.Node) -> Iterator[tuple[str, str]]:
    """Each thing compared, with each string that it is compared with."""
    match node:
        case nodes.Compare():
            sides = [node.expr, *(one.expr for one in node.ops)]
            yield from _each(sides)
        case nodes.Test() if node.name in EQUAL:
            yield from _each([node.node, *node.args])
        case nodes.Filter() if node.name in CHOOSING:
            yield from (
                (f"| {node.name}", word)
                for word in _strings(*node.args[CHOOSING[node.name] :])
            )


def _each(sides: list[nodes.Expr]) -> Iterator[tuple[str, str]]:
    words = list(_strings(*sides))
    for side in sides:
        if not list(_strings(side)):
            yield from ((_said(side), word) for word in words)


def _strings(*sides: nodes.Node) -> Iterator[str]:
    for side in sides:
        match side:
            case nodes.Const(value=str()):
                yield side.value
            case nodes.Tuple() | nodes.List():
                yield from _strings(*side.items)


def _said(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return str(node.name)
        case nodes.Getattr():
            return f"{_said(node.node)}.{node.attr}"
        case nodes.Getitem() | nodes.Call() | nodes.Filter():
            return _said(node.node) if node.node is not None else "| filter"
        case _:
            return type(node).__name__.lower()
