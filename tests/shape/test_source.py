"""The rules of the house that a machine can check, each with its bad example."""

from __future__ import annotations

import ast

import pytest

from tests.support import source

LONGEST_MODULE = 250
LONGEST_FUNCTION = 25

# What may be longer, and why a reader is better served by it.
LONG_MODULES = {
    "portal/db/migrations/versions/": "a migration is a list of tables, never edited",
}
LONG_FUNCTIONS: dict[str, str] = {
    "upgrade": "a migration lists its tables from top to bottom",
    "downgrade": "the same list backwards",
}

# Who may ask what time it is, and why it is not Runtime.now().
CLOCK_READERS: dict[str, str] = {
    "portal/engine/clocks.py": "it is Clocks.now()",
}

# Where real time may pass.
SLEEPS = {"tests/support/waiting.py", "tests/support/browser.py"}

# The one file in which a vendor's name may be imported.
VENDORS = {
    "twilio": "portal/messages/gateways/twilio/library",
    "apscheduler": "scheduler/",
    "argon2": "portal/",
    "phonenumbers": "portal/phone_numbers",
    "segno": "portal/web/parts/qr",
    "icalendar": "portal/web/participant/ics",
    "psycopg": "portal/db/",
}


def none_of(found: list[str], advice: str) -> None:
    """Fails with every line found, not only the first."""
    assert not found, "\n".join([advice, *found])


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = [
        f"{name}: {length} lines"
        for name, tree in source.python_files(*source.CODE)
        if (length := source.module_length(tree, (source.ROOT / name).read_text()))
        > LONGEST_MODULE
        and not name.startswith(tuple(LONG_MODULES))
    ]
    none_of(long, "split by noun, or give the reason in LONG_MODULES")


def test_no_function_is_longer_than_a_reader_can_hold() -> None:
    long = [
        f"{name}: {function} has {length} lines"
        for name, tree in source.python_files(*source.CODE)
        for function, length in source.function_lengths(tree)
        if length > LONGEST_FUNCTION and function not in LONG_FUNCTIONS
    ]
    none_of(long, "split by step, or give the reason in LONG_FUNCTIONS")


def test_no_two_classes_have_the_same_name() -> None:
    places: dict[str, list[str]] = {}
    for name, tree in source.python_files("portal", "scheduler"):
        for node in source.nodes(tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    shared = [f"{name}: {found}" for name, found in places.items() if len(found) > 1]
    none_of(shared, "one name, one thing: say which of them each is")


def test_each_vendor_is_imported_in_one_file() -> None:
    imports = {
        name: source.imported(tree) for name, tree in source.python_files(*source.CODE)
    }
    for vendor, place in VENDORS.items():
        importers = [name for name, found in imports.items() if vendor in found]
        assert len(importers) <= 1, f"{vendor}: {importers}"
        assert all(name.startswith(place) for name in importers), importers


def test_pages_ask_the_rooms_below_and_never_the_database() -> None:
    """No import of a table is the contract's; here: no query beside one."""
    asking = [
        f"{name}: {what}"
        for name, tree in source.python_files("portal/web")
        for what in source.queries(tree)
    ]
    none_of(asking, "let a room below answer, with values or a case")
    bad = "from sqlalchemy import select\nimport sqlalchemy\ndb.scalars(q)\ndb.get_one(T, 1)"
    assert source.queries(ast.parse(bad)) == [
        "sqlalchemy.select",
        "sqlalchemy",
        ".scalars()",
        ".get_one()",
    ]


def test_text_is_normalised_in_one_place() -> None:
    """Where piles of marks are cut first: else one form holds everybody up."""
    elsewhere = [
        f"{name}:{line}"
        for name, tree in source.python_files(*source.CODE)
        if name != "portal/characters.py"
        for line in source.normalisations(tree)
    ]
    none_of(elsewhere, "use portal.characters")
    bad = "import unicodedata as u\nu.normalize('NFKC', x)\nfrom unicodedata import normalize"
    assert source.normalisations(ast.parse(bad)) == [3, 2]


def test_only_the_runtime_asks_what_time_it_is() -> None:
    readers = [
        f"{name}:{line}"
        for name, tree in source.python_files(*source.CODE)
        for line in source.clock_reads(tree)
        if name not in CLOCK_READERS
    ]
    none_of(readers, "take `now` as an argument")


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, tree in source.python_files(*source.CODE, "tests")
        if tree.body and not ast.get_docstring(tree)
    ]
    none_of(silent, "say which rule lives here and why")


def test_tests_never_let_themselves_off() -> None:
    skipping = [
        f"{name}:{line}"
        for name, tree in source.python_files("tests")
        for line in source.skips(tree)
    ]
    none_of(skipping, "a skipped test shows nothing")


def test_no_test_waits_for_a_second_instead_of_the_thing() -> None:
    """So that it is calm on a busy machine."""
    waiting = [
        f"{name}:{line}"
        for name, tree in source.python_files("tests")
        for line in source.sleeps(tree)
        if name not in SLEEPS
    ]
    none_of(waiting, "tests.support.waiting has until, tests.support.browser until_on")
    bad = "import time\ntime.sleep(1)\nfrom time import sleep\npage.wait_for_timeout(1)"
    assert sorted(source.sleeps(ast.parse(bad))) == [2, 3, 4]


def test_no_file_names_a_package_host() -> None:
    naming = [
        f"{name}:{line}"
        for name, text in source.text_files()
        for line in source.lines_with(source.PACKAGE_HOSTS, text)
    ]
    none_of(naming, "where packages come from is each machine's own business")


def test_no_file_names_a_folder_of_one_machine() -> None:
    naming = [
        f"{name}:{line}"
        for name, text in source.text_files()
        for line in source.lines_with(source.MACHINE_PATHS, text)
    ]
    none_of(naming, "paths are relative to the project")


def test_templates_hold_no_inline_code_and_trust_no_text() -> None:
    unsafe = [
        f"{name}: {found}"
        for name, text in source.text_files()
        if name.startswith("templates/")
        for found in source.marked(source.UNSAFE_IN_TEMPLATES, text)
    ]
    none_of(unsafe, "the content policy refuses it; escape, or use a file")


# The guards themselves: each must see its bad example.


@pytest.mark.parametrize(
    "bad",
    [
        '<script>alert("hi")</script>',
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button\n  type="button" onclick="go()">',
        '<a href="javascript:go()">',
        "{{ note|safe }}",
        "{{ note | safe }}",
        "{% autoescape false %}",
    ],
)
def test_inline_code_is_seen(bad: str) -> None:
    assert source.marked(source.UNSAFE_IN_TEMPLATES, bad)


@pytest.mark.parametrize(
    "good",
    [
        '<script src="/static/app.js" type="module"></script>',
        '<link rel="stylesheet" href="/static/app.css">',
        "{{ note }} is on = 3",
        "{% if safe %}",
    ],
)
def test_ordinary_markup_is_let_be(good: str) -> None:
    assert source.marked(source.UNSAFE_IN_TEMPLATES, good) == []


@pytest.mark.parametrize(
    "bad",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "field(default_factory=datetime.now)",
    ],
)
def test_a_look_at_the_clock_is_seen(bad: str) -> None:
    assert source.clock_reads(ast.parse(bad)) == [1]


@pytest.mark.parametrize(
    "good", ["runtime.now()", "time.monotonic()", "time.sleep(1)", "now = entry.now"]
)
def test_what_is_no_clock_is_let_be(good: str) -> None:
    assert source.clock_reads(ast.parse(good)) == []


@pytest.mark.parametrize(
    "bad", ["pytest.skip('later')", "@pytest.mark.skipif(1)\ndef test(): pass"]
)
def test_a_skip_is_seen(bad: str) -> None:
    assert source.skips(ast.parse(bad)) == [1]


@pytest.mark.parametrize(
    "bad",
    [
        "--index" + "-url https://mirror",
        "https://files.python" + "hosted.org/packages/x",
        "https://py" + "pi.org/simple",
        '"resol' + 'ved": "https://mirror/x.tgz"',
    ],
)
def test_a_package_host_is_seen(bad: str) -> None:
    assert source.lines_with(source.PACKAGE_HOSTS, bad)


@pytest.mark.parametrize("folder", ["/ro" + "ot/x", "/ho" + "me/me/x", "=/wo" + "rk/x"])
def test_a_folder_of_one_machine_is_seen(folder: str) -> None:
    assert source.lines_with(source.MACHINE_PATHS, folder)


def test_a_docstring_does_not_count_as_length() -> None:
    text = 'def f(\n    a: int,\n) -> int:\n    """One.\n\n    Two.\n    """\n    return 1\n'
    tree = ast.parse(text)
    assert list(source.function_lengths(tree)) == [("f", 1)]
    assert source.module_length(tree, text) == 4


def test_the_tree_is_really_read() -> None:
    names = {name for name, _ in source.python_files(*source.CODE)}
    assert {"portal/config.py", "scheduler/__init__.py"} <= names
    assert "pyproject.toml" in {name for name, _ in source.text_files()}
