"""What documents and docstrings name is there: paths, rooms, tables and classes."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

import portal.db.tables  # noqa: F401 (declares every table)
from portal.db.base import Base
from tests.support import source

PROGRAMS = ("portal", "scheduler")
BESIDE = ("", "portal/", "docs/", "templates/", "static/")  # where a path may begin
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.{},*-]+(/[\w.{},*-]*)+")
DOTTED = re.compile(r"(portal|scheduler|tests|benchmarks)(\.\w+)+")
REFERENCE = re.compile(r"``([a-z_]+(?:\.\w+)+)``")
HEAD = re.compile(r"\{#-.*?-#\}", re.DOTALL)  # what a template takes
HANDED = re.compile(r"(?:\(an?\s+|\blist of\s+|\w\.)([A-Z][a-z]\w+)")
NO_FILES = {  # look like paths, and are none
    ".venv/bin/mypy": "made by ./test",
    "portal/db/migrations/versions/NNNN_what_it_does.py": "a pattern for a new file",
}
ROOM_MODULES = 16


def documents() -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in source.text_files() if name.endswith(".md"))


def paths_in(text: str) -> Iterator[str]:
    for code in CODE.findall(text):
        if PATH.fullmatch(code) or DOTTED.fullmatch(code):
            yield code


def spelled_out(path: str) -> list[str]:
    """``a/{b,c}.py`` is two paths."""
    parts = re.split(r"\{([^{}]*)\}", path)
    choices = [
        part.split(",") if number % 2 else [part] for number, part in enumerate(parts)
    ]
    return ["".join(chosen) for chosen in product(*choices)]


def is_there(path: str) -> bool:
    """A file, a folder, a module, or a name that a module defines."""
    if DOTTED.fullmatch(path):
        path = path.replace(".", "/")
        module, _, name = path.rpartition("/")
        return found(path) or defines(module, name)
    module, dot, name = path.rpartition(".")
    return found(path) or (dot == "." and defines(module, name))


def found(path: str) -> bool:
    return any(
        next(source.ROOT.glob(f"{start}{path.rstrip('/')}{end}"), None) is not None
        for start in BESIDE
        for end in ("", ".py")
    )


def defines(module: str, name: str) -> bool:
    files = [source.ROOT / f"{start}{module}.py" for start in BESIDE]
    named = re.compile(rf"^(class|def) {name}\b|^{name}\b.* = ", re.MULTILINE)
    return any(file.is_file() and named.search(file.read_text()) for file in files)


def names_in(tree: ast.Module) -> set[str]:
    """Every name that a module defines, takes or imports."""
    names = {
        one.asname or one.name
        for one in source.nodes(tree)
        if isinstance(one, ast.alias)
    }
    for node in source.nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def lost_references(
    text: str, own: set[str], known: Mapping[str, set[str]]
) -> list[str]:
    """Dotted names in ``text`` that are no module, nothing in one, and not its ``own``."""
    found = []
    for name in REFERENCE.findall(text):
        path, (folder, _, last) = name.replace(".", "/"), name.rpartition(".")
        room = "/" + folder.replace(".", "/")
        stands = any(
            f"/{module}".endswith(f"/{path}")
            or (f"/{module}".endswith(room) and last in names)
            for module, names in known.items()
        )
        if not stands and name.split(".")[0] not in own | sys.stdlib_module_names:
            found.append(name)
    return found


def handed_in(text: str) -> set[str]:
    """The classes that the head of a template says it is handed."""
    return {name for head in HEAD.findall(text) for name in HANDED.findall(head)}


def rooms() -> Iterator[str]:
    """Each folder of modules: below ``portal/``, or a program's own."""
    for path in source.project_files():
        name = source.name_of(path.parent)
        inside = name != "portal" and name.split("/")[0] in PROGRAMS
        if path.name == "__init__.py" and inside:
            yield name.removeprefix("portal/")


def glossary(kind: str) -> set[str]:
    """What the last column of the glossary names after ``kind`` or its plural."""
    text = (source.ROOT / "docs/glossary.md").read_text()
    rows = [line.rsplit("|", 2)[1] for line in text.splitlines() if line[:2] == "| "]
    lists = re.findall(rf"\b{kind}s? (`[^`]+`(?:, `[^`]+`)*)", "\n".join(rows))
    return {name for one in lists for name in CODE.findall(one)}


def test_every_path_that_a_document_names_is_there() -> None:
    missing = [
        f"{name}: {path}"
        for name, text in documents()
        for code in sorted(set(paths_in(text)) - NO_FILES.keys())
        for path in spelled_out(code)
        if not is_there(path)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "path", ["portal/core", "core/totp", "diary/entries.hand_in", "portal.services.x"]
)
def test_a_path_that_is_gone_is_seen(path: str) -> None:
    assert list(paths_in(f"see `{path}`")) == [path]
    assert not is_there(path)


@pytest.mark.parametrize(
    "path", ["portal/db", "diary/entries.submit", "tests.support.clock.START"]
)
def test_a_path_that_stands_is_found(path: str) -> None:
    assert is_there(path)


def test_every_module_that_a_docstring_names_is_there() -> None:
    trees = dict(source.python_files(*PROGRAMS))
    known = {
        name.removesuffix(".py").removesuffix("/__init__"): names_in(tree)
        for name, tree in trees.items()
    }
    texts = {name: (source.ROOT / name).read_text() for name in trees}
    lost = [
        f"{name}: {one}"
        for name, tree in trees.items()
        for one in lost_references(texts[name], names_in(tree), known)
    ]
    assert lost == []


def test_every_class_that_a_template_is_handed_is_there() -> None:
    python = source.python_files("portal")
    known = {
        node.name
        for _, tree in python
        for node in source.nodes(tree)
        if isinstance(node, ast.ClassDef)
    }
    lost = [
        f"{name}: {one}"
        for name, text in source.text_files()
        if name.startswith("templates/")
        for one in sorted(handed_in(text) - known)
    ]
    assert lost == []


def test_a_name_in_a_docstring_that_is_gone_is_seen() -> None:
    known = {"portal/diary/strokes": {"Strokes"}}
    said = "``core.strokes``, ``diary.strokes``, ``strokes.Strokes``, ``row.id``"
    assert lost_references(said, {"row"}, known) == ["core.strokes"]
    said = (
        "{#- one (web/answered.Shown), two (a list of\n  Asked); three (a Record) -#}"
    )
    assert handed_in(said) == {"Shown", "Asked", "Record"}


def test_the_glossary_has_every_room_and_every_table() -> None:
    assert set(rooms()) - glossary("room") == set()
    assert set(Base.metadata.tables) - glossary("table") == set()


def test_the_glossary_names_no_room_and_no_table_that_is_gone() -> None:
    assert glossary("room") - set(rooms()) == set()
    assert glossary("table") - set(Base.metadata.tables) == set()


def test_no_room_has_more_modules_than_a_reader_can_survey() -> None:
    crowded = {
        room: len(modules)
        for room in rooms()
        if "migrations" not in room
        and len(modules := list(folder_of(room).glob("*.py"))) > ROOM_MODULES
    }
    assert crowded == {}


def folder_of(room: str) -> Path:
    here = source.ROOT / room
    return here if room.split("/")[0] in PROGRAMS else source.ROOT / "portal" / room


def test_every_room_says_who_may_come_in() -> None:
    silent = []
    for room in rooms():
        text = (folder_of(room) / "__init__.py").read_text()
        docstring = text.split('"""')[1] if '"""' in text else ""
        if not re.search(r"\bcomes? in\b", docstring):
            silent.append(room)
    assert silent == []
