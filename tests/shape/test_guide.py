"""The guide's rows are true: each name is in the file, each file in the folder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.shape.test_documents import CODE, defines, found
from tests.support import source

GUIDE = "CONTRIBUTING.md"
INSIDE = re.compile(  # `NAME` and `OTHER` in `a/module.py`, `one.py` of `a/folder/`
    r"((?:`[\w.]+`(?:, | and | or )?)+) (?:in|of) `([\w/.]+)`"
)


def guide() -> str:
    return (source.ROOT / GUIDE).read_text("utf-8")


def insides(text: str) -> Iterator[tuple[str, str]]:
    """Each name that stands before "in" or "of" a place, with the place."""
    for names, place in INSIDE.findall(text):
        for name in CODE.findall(names):
            yield name, place


def is_inside(name: str, place: str) -> bool:
    if place.endswith("/"):
        return found(f"{place}{name}")
    return defines(place.removesuffix(".py").replace(".", "/"), name)


def test_every_name_that_the_guide_says_is_in_a_file_is_there() -> None:
    gone = [
        f"`{name}` in {place}"
        for name, place in insides(guide())
        if not is_inside(name, place)
    ]
    assert gone == []


def test_a_name_that_has_left_its_file_is_seen() -> None:
    said = "`Entry` and `Exit` in `db/tables/diary.py`, `people.py` or `exits.py` of `db/tables/`"
    gone = [name for name, place in insides(said) if not is_inside(name, place)]
    assert gone == ["Exit", "exits.py"]


def test_the_guide_names_every_study_that_is_written_over_another() -> None:
    """Its version is raised with that of its base, or it keeps the old text."""
    over = [
        path.name
        for path in sorted((source.ROOT / "studies").glob("*.toml"))
        if re.search(r"^base = ", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert over != []
    assert [name for name in over if f"`studies/{name}`" not in guide()] == []
