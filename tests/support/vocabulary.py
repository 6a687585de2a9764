"""Finds words of the house that are spelled out where their one name should stand."""

from __future__ import annotations

import ast


def spelled(tree: ast.AST, names: set[str]) -> list[int]:
    """Lines with a literal list of exactly these members, as names or as strings."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and {_member(one) for one in node.elts} == names
    ]


def _member(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return _member(node.value) if node.attr == "value" else node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.upper()
    return None
