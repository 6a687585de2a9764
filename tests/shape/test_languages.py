"""No file spells a language: the table knows them, and the catalogues and study files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from portal.languages import LANGUAGES, MADE
from tests.support.source import ROOT

KNOWN = [*LANGUAGES.values(), *MADE.values()]
NAMES = {one for tongue in KNOWN for one in (tongue.tag, tongue.locale, tongue.voice)}
KEYS = "|".join(tongue.key for tongue in KNOWN)
LONGER = "|".join(re.escape(name) for name in sorted(NAMES) if len(name) > 2)
SPELLED = re.compile(
    rf"""["'](?:{KEYS})["']|\b(?:{LONGER})\b|_(?:{KEYS})\b\s*[=:]|[(|](?:{KEYS})[|)]"""
)
WHERE = ("portal/**/*.py", "scheduler/**/*.py", "templates/**/*.html", "static/js/**/*")
MAY = {
    "portal/languages.py": "the table",
    "portal/demo/past/people.py": "invented people, and what each of them reads",
    "portal/demo/past/written_cast.py": "invented people, and what each of them reads",
    "portal/db/migrations/versions/0023_site_names.py": "columns that once were",
    "portal/protocol/study/upgrades/names.py": "what an old format said, for ever",
    "portal/protocol/study/upgrades/duties.py": "the same of its duties",
}


def spelling(text: str) -> list[str]:
    return SPELLED.findall(text)


def files() -> Iterator[tuple[str, Path]]:
    for pattern in WHERE:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                yield path.relative_to(ROOT).as_posix(), path


def test_a_language_that_is_spelled_is_seen() -> None:
    for line in (
        'if language == "zh":',
        "{% if language == 'en' %}",
        'new Intl.DateTimeFormat("zh-CN")',
        "site.name_zh = name",
        'locale = "zh_Hans"',
        "/^offline.(zh|en)$/.test(pathname)",
    ):
        assert spelling(line), line
    assert not spelling("when = then.in_days(2)  # zh and en are keys")


def test_no_file_spells_a_language() -> None:
    found = {name for name, path in files() if spelling(path.read_text("utf-8"))}
    assert found == set(MAY)
