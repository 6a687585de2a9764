"""What a script uses that the floor does not have: syntax, and interfaces by name.

A parser knows no types: a name counts as the browser's unless only our own scripts give
it to something, and it is called as a function of our own nowhere. What is newer on one
interface and old on another cannot be told here; the walk in a Chromium without the newer
ones is for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from tests.floor import Use, table

LANGUAGE = Language(tree_sitter_javascript.language())
ASSIGNS = {"??=", "||=", "&&="}
SYNTAX = {
    "field_definition": "a class field (Chrome 72, Safari 14.1)",
    "private_property_identifier": "a private member (Chrome 74, Safari 14.1)",
    "class_static_block": "a static block (Chrome 94, Safari 16.4)",
    "import_attribute": "an import attribute (Chrome 123, Safari 17.2)",
    "namespace_export": "export * as (Chrome 72, Safari 14.1)",
    "using_declaration": "using (no Safari)",
    "ERROR": "what the parser cannot read",
}
FUNCTIONS = {
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function_declaration",
}
LOOK_BEHIND = re.compile(r"\(\?<[=!]")
MODIFIER = re.compile(r"\(\?[ims]*-?[ims]+:")
MODULE_WORKER = re.compile(r'type:\s*"module"')
FLAGS = set("gimsuy")  # d: Chrome 90, Safari 15; v: Chrome 112, Safari 17
SELECTOR = re.compile(r":(is|where|has|focus-visible|not\([^)]*[ ,])")
HELD = {"dataset"}  # its names are the page's own


@cache
def _newer() -> dict[str, str]:
    return table("interfaces.txt")


def newer_than_the_floor(scripts: Mapping[str, str]) -> list[Use]:
    """Everything newer in these scripts, in order; each file is one that stands alone."""
    trees = {name: _parsed(code) for name, code in scripts.items()}
    own = {name for tree in trees.values() for name in _own_names(tree)}
    found = [use for name, tree in trees.items() for use in _in_one(name, tree, own)]
    return sorted(set(found))


def _parsed(code: str) -> Node:
    return Parser(LANGUAGE).parse(code.encode()).root_node


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def _own_names(root: Node) -> Iterator[str]:
    """Names that our scripts give to properties of their own."""
    for node in _nodes(root):
        if node.type == "pair":
            yield _text(node.child_by_field_name("key"))
        elif node.type == "shorthand_property_identifier":
            yield _text(node)


def _declared(root: Node) -> set[str]:
    """Names of variables, functions, parameters and imports."""
    kinds = {
        "variable_declarator": "name",
        "function_declaration": "name",
        "class_declaration": "name",
        "assignment_pattern": "left",
        "arrow_function": "parameter",
        "for_in_statement": "left",
        "catch_clause": "parameter",
    }
    named = {"identifier", "shorthand_property_identifier_pattern"}
    inside = {"formal_parameters", "import_clause", "object_pattern", "array_pattern"}
    found = set()
    for node in _nodes(root):
        if node.type in kinds:
            found.add(_text(node.child_by_field_name(kinds[node.type])))
        elif node.type in inside:
            found.update(_text(one) for one in _nodes(node) if one.type in named)
    return found


def _modules(root: Node) -> set[str]:
    """Names under which modules of ours are held: ``import * as store``."""
    return {
        _text(node.named_children[0])
        for node in _nodes(root)
        if node.type == "namespace_import"
    }


def _in_one(file: str, root: Node, own: set[str]) -> Iterator[Use]:
    declared, modules = _declared(root), _modules(root)
    for node in _nodes(root):
        for what in (*_syntax(node), *_names(node, own, declared, modules)):
            yield Use(file, node.start_point.row + 1, what, _newer().get(what, ""))


def _syntax(node: Node) -> Iterator[str]:
    if node.type in SYNTAX or node.is_missing:
        yield SYNTAX.get(node.type, "what the parser cannot read")
    elif node.type == "augmented_assignment_expression":
        operator = _text(node.child_by_field_name("operator"))
        if operator in ASSIGNS:
            yield f"{operator} (Chrome 85, Safari 14)"
    elif node.type == "await_expression" and not _inside_a_function(node):
        yield "await outside a function (Chrome 89, Safari 15)"
    elif node.type == "pair" and MODULE_WORKER.fullmatch(_text(node)):
        yield "a worker of modules (Chrome 91, Safari 15)"
    elif node.type == "number" and _text(node).endswith("n"):
        yield "a BigInt (Safari 14)"
    elif node.type == "regex_flags" and set(_text(node)) - FLAGS:
        yield f"the flags {_text(node)}"
    elif node.type in {"regex_pattern", "string_fragment", "template_string"}:
        yield from _patterns(node)


def _patterns(node: Node) -> Iterator[str]:
    text = _text(node)
    if LOOK_BEHIND.search(text):
        yield "a look-behind (Safari 16.4)"
    if MODIFIER.search(text):
        yield "a modifier in a pattern (Chrome 125, Safari never)"
    if node.type != "regex_pattern" and (found := SELECTOR.search(text)):
        yield f"the selector :{found[1]}"


def _inside_a_function(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in FUNCTIONS:
        above = above.parent
    return above is not None


def _names(
    node: Node, own: set[str], declared: set[str], modules: set[str]
) -> Iterator[str]:
    if node.type == "member_expression":
        yield from _member(node, own, modules)
    known = {
        "identifier": declared,
        "shorthand_property_identifier_pattern": own,
    }.get(node.type)
    if known is not None and _text(node) in _newer().keys() - known:
        yield _text(node)


def _member(node: Node, own: set[str], modules: set[str]) -> Iterator[str]:
    held = _text(node.child_by_field_name("object"))
    name = _text(node.child_by_field_name("property"))
    if f"{held}.{name}" in _newer():
        yield f"{held}.{name}"
    elif name in _newer() and held not in modules:
        is_own = held.rpartition(".")[2] in HELD or (name in own and not _called(node))
        if not is_own:
            yield name


def _called(node: Node) -> bool:
    above = node.parent
    if above is None or above.type != "call_expression":
        return False
    return above.child_by_field_name("function") == node
