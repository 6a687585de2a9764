"""Readers of our own source for the tests that guard its shape.

Each takes text and returns what it found, so that every guard can be shown a bad
example as well as the real tree.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("portal", "scheduler", "benchmarks", "wsgi.py")
UNTRACKED = {".git", ".venv", "var", "__pycache__", "node_modules"}
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the project."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
        return tuple(path for path in found if path.is_file())
    return tuple(  # a copy without its history
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not UNTRACKED & set(path.relative_to(ROOT).parts)
    )


@cache
def text_files() -> tuple[tuple[str, str], ...]:
    """Name and text of every project file that is text."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for path in project_files():
        try:
            yield name_of(path), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def python_files(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax tree of every Python file below ``folders``."""
    for name, text in text_files():
        if name.endswith(".py") and name.startswith(folders):
            yield name, _tree(name, text)


@cache
def _tree(name: str, text: str) -> ast.Module:
    """Read once for all guards, which only look at it."""
    return ast.parse(text, filename=name)


def nodes(tree: ast.AST) -> Sequence[ast.AST]:
    """All that ``ast.walk`` gives; a tree remembers it, for it takes longer to walk."""
    found: Sequence[ast.AST] | None = getattr(tree, "_nodes", None)
    if found is None:
        found = tree._nodes = tuple(ast.walk(tree))  # type: ignore[attr-defined]
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def docstring_lines(node: DOCUMENTED) -> int:
    """How many lines the docstring of ``node`` itself takes."""
    first = node.body[0] if node.body else None
    if first is None or ast.get_docstring(node, clean=False) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def module_length(tree: ast.Module, text: str) -> int:
    """Lines of a module without its docstrings."""
    documented = (node for node in nodes(tree) if isinstance(node, DOCUMENTED))
    return len(text.splitlines()) - sum(map(docstring_lines, documented))


def function_lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each function's name and the lines of its body, without the docstring."""
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.body[0].lineno + 1
            yield node.name, lines - docstring_lines(node)


def imported(tree: ast.Module) -> set[str]:
    """The top names a module imports, wherever in it."""
    names: set[str] = set()
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


CLOCKS = {
    "now": {"datetime"},
    "utcnow": {"datetime"},
    "today": {"datetime", "date"},
    "time": {"time"},
    "time_ns": {"time"},
    "localtime": {"time"},
    "gmtime": {"time"},
}


def clock_reads(tree: ast.Module) -> list[int]:
    """Lines that ask the machine what day or time it is (intervals are free)."""
    found = []
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [node.lineno for alias in node.names if alias.name in CLOCKS]
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = ast.unparse(node.value).split(".")[-1]
            found += [node.lineno] if owner in CLOCKS[node.attr] else []
    return found


ASKING = {"scalar", "scalars", "execute", "get_one", "flush", "merge", "add_all"}


def queries(tree: ast.Module) -> list[str]:
    """Code that asks the database directly: its library, and a session's own methods.

    The name of a session and the errors of a missing database do not count.
    """
    found = []
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if "sqlalchemy" in one.name]
        elif isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy.orm":
            found += [one.name for one in node.names if one.name != "Session"]
        elif isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
            found += [f"sqlalchemy.{one.name}" for one in node.names]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found += [f".{node.func.attr}()"] if node.func.attr in ASKING else []
    return found


def normalisations(tree: ast.Module) -> list[int]:
    """Lines that normalise Unicode, or import something that does."""
    return [
        node.lineno
        for node in nodes(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "normalize")
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "unicodedata"
            and any(name.name == "normalize" for name in node.names)
        )
    ]


def sleeps(tree: ast.Module) -> list[int]:
    """Lines that let real time pass, or import something that does."""
    return [
        node.lineno
        for node in nodes(tree)
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "time.sleep")
        or (isinstance(node, ast.Attribute) and node.attr == "wait_for_timeout")
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and any(alias.name == "sleep" for alias in node.names)
        )
    ]


SKIPS = {"skip", "skipif", "importorskip", "xfail"}


def skips(tree: ast.Module) -> list[int]:
    """Lines where a test skips itself."""
    return [
        node.lineno
        for node in nodes(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in SKIPS
        and ast.unparse(node.value).startswith(("pytest", "unittest"))
    ]


# Written so that no pattern matches its own source.
PACKAGE_HOSTS = re.compile(
    r"files\.python[h]osted|p[y]pi\.org/simple|registry\.n[p]mjs|source = \{ [r]egistry"
    r"|--(?:extra-)?index[-]url|--find[-]links|\"re[s]olved\":"
)
MACHINE_PATHS = re.compile(r"(?<![\w.*<-])/(?:[w]ork|[r]oot|[h]ome|[U]sers)/\w")
UNSAFE_IN_TEMPLATES = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|<[^>]*\son[a-z]+\s*="
    r"|javascript:|\|\s*safe\b|autoescape\s+false",
    re.IGNORECASE,
)


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    """The lines of ``text`` where ``pattern`` is found, numbered."""
    return [
        f"{number}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def marked(pattern: re.Pattern[str], text: str) -> list[str]:
    """What ``pattern`` matches in ``text``, across lines: a tag may span several."""
    return [match.group()[:100] for match in pattern.finditer(text)]
