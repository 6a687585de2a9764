"""A study file with any fault has it named, or works through a whole course."""

from __future__ import annotations

import random
import tomllib
from functools import cache

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.protocol.study.file.toml_tables import KeyFault
from tests.study_faults.__main__ import drawn
from tests.study_faults.mutations import MUTATIONS, Mutant, Place, written
from tests.study_faults.trial import Fate, end_of
from tests.support.small_study import SMALL

NUMBER, SEED = 40, 7


@cache
def mutants() -> tuple[Mutant, ...]:
    return tuple(drawn(SMALL, NUMBER, SEED))


def test_the_check_reads_every_mutant_and_names_the_faults_it_finds():
    found = [faults_of_text(one.text) for one in mutants()]
    assert sum(map(bool, found)) >= NUMBER // 2
    nameless = [
        one.said
        for one, faults in zip(mutants(), found, strict=True)
        if not all(fault.key and fault.sentence for fault in faults)
    ]
    assert nameless == []


@pytest.mark.thorough
def test_the_first_mutant_without_a_fault_works_through_a_whole_course():
    lived = next(one for one in mutants() if not faults_of_text(one.text))
    ending = end_of(lived.text)
    assert ending.fate.is_well, f"{lived.said}: {ending.said}"


@pytest.mark.thorough
@pytest.mark.parametrize("place", range(NUMBER))
def test_each_mutant_has_a_fault_named_or_works_through_a_whole_course(place):
    ending = end_of(mutants()[place].text)
    assert ending.fate.is_well, f"{mutants()[place].said}: {ending.said}"


def test_the_same_seed_draws_the_same_mutants_and_each_is_a_file_of_its_own():
    again = tuple(drawn(SMALL, NUMBER, SEED))
    assert again == mutants()
    assert len({one.text for one in mutants()}) == NUMBER
    assert written(tomllib.loads(SMALL)) not in {one.text for one in mutants()}


def test_a_placeholder_comes_into_sentences_alone_not_into_lists_of_words():
    file = tomllib.loads(SMALL)
    words = Place(file["words"], "zh", "words.zh")
    sentence = Place(file["message"]["told"], "zh", "message.told.zh")
    for name in ("a placeholder more", "its placeholders gone"):
        mutate = dict(MUTATIONS)[name]
        assert not mutate(words, random.Random(1), [])
        assert mutate(sentence, random.Random(1), [])


def test_what_is_written_is_what_was_read():
    file = tomllib.loads(SMALL)
    assert tomllib.loads(written(file)) == file


def test_a_check_that_breaks_or_names_no_key_is_noticed():
    def breaks(_: str) -> tuple[KeyFault, ...]:
        raise IndexError("list index out of range")

    assert end_of(SMALL, check=breaks).fate is Fate.CRASHED
    keyless = (KeyFault("", "something"),)
    assert end_of(SMALL, check=lambda _: keyless).fate is Fate.UNNAMED
    nowhere = (KeyFault("course", "in use: something"),)
    assert end_of(SMALL, use=lambda _: nowhere).fate is Fate.UNNAMED
    named = (KeyFault("message.missed", "in use: something"),)
    assert end_of(SMALL, use=lambda _: named).fate is Fate.NAMED_IN_USE
    assert end_of(SMALL, use=lambda _: ()).fate is Fate.LIVED
