"""Every small fault that one place of a module could have, as the changed text.

What changes nothing is left out: annotations, docstrings, decorators (``frozen=True``),
words of the log, what only type checkers read, and ``limit(1)``, of which the first is
taken.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
NOT_RUN = ("annotation", "returns", "decorator_list", "type_params")
LOGS = ("log", "logger")


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what stood there, and what stands there instead."""

    line: int
    was: str
    now: str
    text: str
    """The whole module with it."""


def faults(text: str) -> Iterator[Fault]:
    """Every fault of a module, in the order of its lines."""
    tree = ast.parse(text)
    for path, node in _walk(tree, ()):
        for changed in _changed(node):
            mutated = _with(tree, path, changed)
            was, now = _short(node), _short(changed)
            yield Fault(getattr(node, "lineno", 0), was, now, ast.unparse(mutated))


Path = tuple[tuple[str, int | None], ...]


def _walk(node: ast.AST, path: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Every node that does something when the module runs, and the way to it."""
    if _says_nothing(node):
        return
    yield path, node
    for name, value in ast.iter_fields(node):
        if name in NOT_RUN or (name == "args" and _is_first(node)):
            continue
        children = value if isinstance(value, list) else [value]
        for at, child in enumerate(children):
            if isinstance(child, ast.AST):
                place = at if isinstance(value, list) else None
                yield from _walk(child, (*path, (name, place)))


def _says_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(ast.Constant(str())):
            return True
        case ast.Expr(value):
            return _says_nothing(value)
        case ast.If(test=ast.Name("TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(name))) if name in LOGS:
            return True
    return False


def _is_first(node: ast.AST) -> bool:
    """It asks a database for one row."""
    match node:
        case ast.Call(func=ast.Attribute(attr="limit"), args=[ast.Constant(value=1)]):
            return True
    return False


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in TURNED:
            yield _copied(node, ops=[TURNED[type(operator)]()])
        case ast.BoolOp(op=operator):
            yield _copied(node, op=TURNED[type(operator)]())
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield _copied(node, op=TURNED[type(node.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Return(value=ast.expr() as value) if not _is_constant(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def _is_constant(value: ast.expr) -> bool:
    """It has a fault of its own, or is nothing already."""
    return isinstance(value, ast.Constant)


def _copied(node: ast.AST, **changes: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _with(tree: ast.Module, path: Path, changed: ast.AST) -> ast.Module:
    """The module with another node at the end of a path."""
    made = copy.deepcopy(tree)
    node: ast.AST = made
    for name, at in path[:-1]:
        inner = getattr(node, name)
        node = inner if at is None else inner[at]
    name, at = path[-1]
    if at is None:
        setattr(node, name, changed)
    else:
        getattr(node, name)[at] = changed
    return ast.fix_missing_locations(made)


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())[:80]
