"""An ordinary run leaves out only what ``./test thorough`` tries, and says which."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.support import source
from tests.support.amount import left_out, not_sampled, turn_of
from tests.support.clock import CLOCK_FILE, clock_file

LESS_OFTEN = ("tests/demo", "tests/hours", "tests/simulation")
WALKS = {
    "a calm diary": "test_a_calm_diary_takes_few_taps_and_every_screen_fits",
    "a red flag": "test_a_red_flag_is_two_touches_and_the_page_changes_by_itself",
    "a diary without a network": "test_a_calm_diary_is_written_without_a_network_and_comes_whole",
    "a red flag without one": "test_a_red_flag_waits_and_arrives_once",
    "three engines": "test_a_red_flag_without_a_network_gets_its_advice_and_arrives_once",
    "nothing is lost": "test_a_reload_in_the_middle_loses_no_word",
    "nobody answers": "test_an_open_page_turns_into_the_alarm_without_a_reload",
    "signing in": "test_without_script_everything_but_the_engine_works",
    "enrolling": "test_a_number_is_refused_by_its_character_then_read_back",
    "the worklist": "test_the_nurse_reads_the_words_on_the_task",
    "no emergency service": "test_every_page_of_a_participant_fits_and_axe_finds_nothing",
}
"""What every run walks in a real browser, whatever else it leaves to a release."""


def collected(amount: str, *paths: str) -> Counter[str]:
    """Which tests a run of this amount has, by id."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *paths]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=source.ROOT,
        env={**os.environ, "PORTAL_TEST_AMOUNT": amount, CLOCK_FILE: clock_file()},
        capture_output=True,
        text=True,
        check=True,
    )
    return Counter(line for line in done.stdout.splitlines() if "::" in line)


@pytest.mark.thorough
def test_every_page_is_looked_at_in_an_ordinary_run_and_in_every_look_before_a_release():
    paths = ("tests/browser", "tests/web/sign_in", *LESS_OFTEN)
    ordinary, thorough = collected("", *paths), collected("thorough", *paths)
    later = collected("thorough", "-m", "thorough", *paths)
    assert set(ordinary) < set(thorough) - set(later)
    claims = {each.partition("[")[0] for each in set(thorough) - set(later)}
    assert {each.partition("[")[0] for each in ordinary} == claims
    walked = {each.rpartition("::")[2] for each in claims}
    assert set(WALKS.values()) <= walked
    pages = [each for each in thorough if each.startswith("tests/web/")]
    assert any("[postgresql" in each for each in ordinary if each in pages)
    twins = {each for each in pages if "[sqlite" in each}
    assert {each.replace("[sqlite", "[postgresql") for each in twins} <= set(thorough)


@pytest.mark.parametrize("looks", range(1, 9))
def test_of_so_many_looks_one_is_tried(looks: int) -> None:
    every = [(f"t[{n}]", "t", {"dark": n, "said": "fever"}) for n in range(looks)]
    assert len(left_out(every)) == looks - 1


@pytest.mark.parametrize("cases", range(1, 12))
def test_of_so_many_cases_of_a_test_one_is_tried_and_one_at_least(cases: int) -> None:
    every = [(f"t[{n}]", "t", 4) for n in range(cases)]
    tried = cases - len(not_sampled(every))
    assert cases // 4 <= tried <= -(-cases // 4)
    assert tried


def test_a_long_story_is_told_on_one_database_by_its_name() -> None:
    told = Counter(turn_of(f"test_story_{n}", 2) for n in range(200))
    assert min(told[0], told[1]) > 60
    assert turn_of("test_story_1", 1) == 0


@pytest.mark.thorough
def test_every_journey_is_told_on_either_database_and_before_a_release_on_both() -> (
    None
):
    """Those in turn on one of the two, by and large half of them on each."""
    ordinary = collected("", "-m", "in_turn", "tests/journeys")
    thorough = collected("thorough", "-m", "in_turn", "tests/journeys")
    kinds = {kind: f"[{kind}" for kind in ("sqlite", "postgresql")}
    stories = {each.partition("[")[0] for each in thorough}
    assert {each.partition("[")[0] for each in ordinary} == stories
    for kind in kinds.values():
        assert {each.partition("[")[0] for each in thorough if kind in each} == stories
        assert sum(kind in each for each in ordinary) > len(stories) / 4


def test_what_says_something_else_is_no_other_look() -> None:
    said = [(f"t[{word}]", "t", {"said": word, "dark": True}) for word in "abc"]
    assert left_out(said) == set()


def test_half_of_the_pages_are_read_in_each_language() -> None:
    read: Counter[str] = Counter()
    for page in range(200):
        looks = [(lang, f"page {page}", {"language": lang}) for lang in ("zh", "en")]
        read.update({lang for lang, _, _ in looks} - left_out(looks))
    assert min(read["zh"], read["en"]) > 60


@pytest.mark.thorough
def test_every_file_of_commands_is_tried_on_postgresql_in_an_ordinary_run() -> None:
    asking = [
        name
        for name, text in source.text_files()
        if name.startswith(("tests/cli/", "tests/operating/")) and "/test_" in name
        if "database_url" in text or ": Runtime" in text
        if "pytest.mark.smoke" not in text
    ]
    assert asking == []


@pytest.mark.thorough
def test_every_room_of_pages_is_tried_on_postgresql_in_an_ordinary_run() -> None:
    rooms: Counter[str] = Counter()
    for name, text in source.text_files():
        if name.startswith("tests/web/") and name.count("/") == 3:
            rooms[name.split("/")[2]] += text.count("@pytest.mark.smoke")
    assert sum(rooms.values()) >= 40
    assert {room for room, marks in rooms.items() if not marks} <= {"frame"}
