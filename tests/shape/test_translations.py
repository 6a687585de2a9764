"""Nobody reads a page half in a language that is not theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.support import catalogues, source
from tests.support.catalogues import faulty, source_texts, untranslated, unused

CATALOGUES = catalogues.catalogues()


def test_there_is_a_chinese_catalogue() -> None:
    assert "zh_Hans" in CATALOGUES  # English is the language of the source


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_text_is_translated(language: str) -> None:
    assert untranslated(catalogues.texts(), CATALOGUES[language]) == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_translation_is_left_over(language: str) -> None:
    assert unused(catalogues.texts(), CATALOGUES[language]) == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_keep_the_placeholders(language: str) -> None:
    assert faulty(CATALOGUES[language]) == []


@pytest.fixture
def small_source(tmp_path: Path) -> Catalog:
    """A portal with one page and one message."""
    for folder in ("portal", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "portal" / "page.py").write_text("lazy_gettext('Send')")
    (tmp_path / "templates" / "page.html").write_text("<p>{{ _('Back') }}</p>")
    return source_texts(tmp_path)


def test_texts_of_code_and_of_templates_are_found(small_source: Catalog) -> None:
    assert {"Send", "Back"} <= {message.id for message in small_source}


@pytest.mark.parametrize(
    ("translation", "flags"), [("", []), ("发送", ["fuzzy"])], ids=["empty", "fuzzy"]
)
def test_a_text_nobody_translated_is_seen(
    small_source: Catalog, translation: str, flags: list[str]
) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Back", "返回")
    catalogue.add("Send", translation, flags=flags)
    assert untranslated(small_source, catalogue) == ["portal/page.py:1: Send"]


def test_a_left_over_translation_is_seen(small_source: Catalog) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Good luck", "祝好")
    assert unused(small_source, catalogue) == ["Good luck"]


def test_a_lost_placeholder_is_seen() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Call %(number)s", "请打电话")
    catalogue.add("Day %(day)s", "第%(days)s天")
    catalogue.add("Hello %(name)s", "%(name)s，您好")
    catalogue.add(("One report", "%(num)s reports"), ("一份报告",))
    assert faulty(catalogue) == ["Call %(number)s", "Day %(day)s"]


SAME_IN_CHINESE: set[str] = set()  # names and codes that no language changes


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_translation_is_just_the_english_again(language: str) -> None:
    same = [
        message.id
        for message in CATALOGUES[language]
        if message.id and message.id in catalogues.forms(message)
    ]
    assert set(map(str, same)) == SAME_IN_CHINESE


GLOSSARY = source.ROOT / "docs/glossary.md"


def words_to_avoid() -> list[str]:
    """The last column of the glossary's table of Chinese words."""
    table = GLOSSARY.read_text("utf-8").partition("\n## In Chinese\n")[2]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if "|" in line]
    return [word.strip() for row in rows[2:] for word in row[-1].split(",")]


def avoided(catalogue: Catalog) -> list[str]:
    """Translations with a word that the glossary has another word for."""
    words = words_to_avoid()
    return [
        f"{word}: {form}"
        for message in catalogue
        if message.id
        for form in catalogues.forms(message)
        for word in words
        if word in form
    ]


def test_one_thing_has_one_word_in_chinese() -> None:
    assert avoided(CATALOGUES["zh_Hans"]) == []


def test_a_second_word_for_a_thing_is_seen() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Call the participant", "请打电话给受试者")
    catalogue.add("Participants", "参与者")
    assert avoided(catalogue) == ["受试者: 请打电话给受试者"]


def test_refusals_that_a_page_shows_are_texts_too() -> None:
    texts = {str(message.id) for message in catalogues.texts()}
    assert {
        "Choose a language.",
        "This user name is taken.",
        "This is not a telephone number we can use.",
    } <= texts
    assert "There is no study yet. Run: python -m portal init" not in texts
