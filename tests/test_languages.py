"""A language's line in the table is enough for dates, hours and calls to be written in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale

from portal.languages import FIRST, LANGUAGES
from portal.protocol.demands.texts import LONGEST_VALUE
from portal.protocol.study.filling import date_text, hour_text
from portal.translations.catalogues import catalogue

YEAR = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]


def test_each_language_is_known_by_one_key_and_one_tag() -> None:
    assert all(key == one.key for key, one in LANGUAGES.items())
    assert len({one.tag for one in LANGUAGES.values()}) == len(LANGUAGES)
    assert next(iter(LANGUAGES)) == FIRST


@pytest.mark.parametrize("key", LANGUAGES)
def test_a_language_has_names_of_days_and_months(key: str) -> None:
    assert Locale.parse(LANGUAGES[key].locale).days["format"]["wide"][0]


@pytest.mark.parametrize("key", LANGUAGES)
def test_every_day_of_a_year_fits_a_text(key: str) -> None:
    assert max(len(date_text(day, key)) for day in YEAR) <= LONGEST_VALUE


@pytest.mark.parametrize("key", LANGUAGES)
def test_every_hour_of_another_day_fits_a_text(key: str) -> None:
    now = datetime(2029, 6, 1, tzinfo=UTC)
    hours = [datetime(d.year, d.month, d.day, 23, 59, tzinfo=UTC) for d in YEAR]
    said = [hour_text(at, "UTC", key, now=now) for at in hours]
    assert max(map(len, said)) <= LONGEST_VALUE
    assert all("23:59" in one for one in said)


def test_english_is_the_language_of_the_source_and_chinese_has_a_catalogue() -> None:
    assert catalogue("en").gettext("Language") == "Language"
    assert catalogue("zh").gettext("Language") == "语言"
