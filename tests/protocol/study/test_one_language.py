"""A study says which languages it offers, and every text of it has exactly those."""

from __future__ import annotations

import pytest

from portal.languages import USUAL
from portal.protocol.checks.study import faults
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.file.reading import read_study, scan_study
from portal.protocol.study.wordings import fillable, labels
from portal.study_files import study_source
from tests.support.one_language import in_chinese_only
from tests.support.small_study import SMALL


def test_a_study_that_does_not_say_offers_both() -> None:
    assert read_study(SMALL).languages == USUAL == ("zh", "en")


@pytest.mark.parametrize("text", [SMALL, study_source("dcar-sle")])
def test_a_study_of_one_language_has_no_fault_and_no_other_words(text: str) -> None:
    study = read_study(in_chinese_only(text))
    assert faults(study) == ()
    assert study.languages == ("zh",)
    for key, wording in (*labels(study), *fillable(study)):
        assert tuple(wording) == ("zh",), key


def test_what_a_study_does_not_offer_is_said_in_its_first_language() -> None:
    both, one = read_study(SMALL), read_study(in_chinese_only(SMALL))
    assert (both.spoken("zh"), both.spoken("en")) == ("zh", "en")
    assert (one.spoken("zh"), one.spoken("en")) == ("zh", "zh")


def test_what_was_stored_in_one_language_is_read_again() -> None:
    study = read_study(in_chinese_only(SMALL))
    assert from_compiled(to_compiled(study)) == study


def test_the_first_language_named_is_said_where_there_is_no_other() -> None:
    study = read_study('languages = ["en", "zh"]\n' + SMALL)
    assert study.languages == ("en", "zh")
    assert next(iter(study.title)) == "en"
    assert read_study(in_chinese_only(SMALL)).title.say("en") == "小研究的随访"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('languages = ["zh"]\n' + SMALL, "title.en", "there is no such key here"),
        (
            'languages = ["zh", "tlh"]\n' + SMALL,
            "languages",
            '"tlh" is not one of zh, en',
        ),
        ("languages = []\n" + SMALL, "languages", "the list is empty"),
        (
            in_chinese_only(SMALL).replace('["zh"]', '["zh", "en"]'),
            "title.en",
            "English",
        ),
    ],
)
def test_a_text_too_many_and_one_too_few_are_named(
    text: str, key: str, said: str
) -> None:
    found = scan_study(text).faults
    assert any(one.key == key and said in one.sentence for one in found), found
