"""Notes that people might write, with the tier that each must reach, counted by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.errors import InvalidInput
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.note_cases import Count, counts, heard, read_cases
from portal.study_files import load_study

# First blind count. Two corpora were written by people who had seen no sign, and counted
# before any of their notes was looked at: of unseen.tsv 35 of 55 emergencies heard as an
# emergency (63.6 %), 116 of 171 dangers as urgent or more (67.8 %); of benign.tsv 60 of
# 405 calm notes raised to urgent (14.8 %). Then the families grew by what was missed, so
# that the later counts are no longer blind: 53 of 55, 170 of 171, and what the tests say.
#
# Second blind count, of fresh.tsv, written later by somebody else: 51 of 70 emergencies
# heard as an emergency (72.9 %), 65 as urgent or more; 144 of 180 dangers raised (80 %); of
# 300 calm notes, full of traps, 21 raised to urgent (7 %), 75 to anything, most of these for
# a denial. Nothing was made for it: who extends a sign by a note of it takes it out first.
#
# Third blind count, of third.tsv, written by somebody who knew none of the signs: 41 of 80
# emergencies heard as an emergency, 62 as urgent or more; 131 of 180 dangers raised to
# anything; of 300 calm notes 33 raised to urgent, 79 to anything. Then signs and grammar
# grew by its kinds, so that its counts are no longer blind. fresh.tsv stayed unread: 58 of
# 70 emergencies, 218 of 250 raised, 19 of 300 calm notes raised to urgent, 35 to anything.
#
# Fourth blind count, of fourth.tsv, written after that by somebody who knew no sign: 65 of 80
# emergencies heard as an emergency (81 %; with the signs before, 52), 78 as urgent or more
# (76); 108 of 120 dangers raised (90 %; 91); of 197 calm notes 15 raised to urgent (8 %; 17),
# 19 to anything (49). Nothing was made for it: it is to stay unread, as fresh.tsv.

HERE = Path(__file__).parent
STUDY = load_study("dcar-sle")
HEAD = "phrase\tlanguage\tat_least\tat_most\ttheme\n"


def counted(name: str) -> tuple[Count, ...]:
    cases = read_cases((HERE / name).read_text("utf-8"))
    return counts(heard(STUDY, "W1", cases))


def outside(name: str) -> list[str]:
    """Each note below or above its tiers; for a corpus that may be looked at."""
    cases = read_cases((HERE / name).read_text("utf-8"))
    return [
        f"{one.case.phrase}: {one.tier.value}"
        for one in heard(STUDY, "W1", cases)
        if not one.case.at_least.rank <= one.tier.rank <= one.case.at_most.rank
    ]


def test_the_phrases_of_the_families_are_heard() -> None:
    emergencies, dangers, _, _, read = counted("phrases.tsv")
    said = "\n".join(outside("phrases.tsv"))
    assert (emergencies.of, dangers.of) == (70, 177)
    assert emergencies.got >= 63, f"{emergencies}\n{said}"
    assert dangers.got >= 160, f"{dangers}\n{said}"
    assert read.got == read.of


def test_what_was_written_without_knowing_the_signs_is_heard() -> None:
    emergencies, dangers, _, _, read = counted("unseen.tsv")
    assert emergencies.share >= 0.7, (emergencies, dangers)
    assert dangers.share >= 0.85, (emergencies, dangers)
    assert read.got == read.of


@pytest.mark.parametrize(("name", "written"), [("fresh.tsv", 70), ("fourth.tsv", 80)])
def test_of_notes_that_no_sign_was_made_for_most_are_heard(
    name: str, written: int
) -> None:
    emergencies, _, raised, _, read = counted(name)
    assert emergencies.of == written
    assert emergencies.share >= 0.75, emergencies
    assert raised.share >= 0.85, raised
    assert read.got == read.of


def test_the_kinds_of_the_third_corpus_are_heard_and_its_calm_notes_left_calm() -> None:
    emergencies, _, raised, calm, read = counted("third.tsv")
    assert (emergencies.of, raised.of) == (80, 260)
    assert emergencies.share >= 0.9, emergencies
    assert raised.share >= 0.95, raised
    assert calm.share <= 0.02, calm
    assert read.got == read.of


def test_calm_notes_are_seldom_raised() -> None:
    *_, calm, read = counted("benign.tsv")
    assert calm.share <= 0.05, calm
    assert read.got == read.of


def test_a_case_without_a_least_tier_may_be_anything_up_to_its_most() -> None:
    cases = read_cases("phrase\tat_most\n胸痛\tsame_day\n今天天气很好\tsame_day\n")
    *_, calm, read = counts(heard(STUDY, "W1", cases))
    assert (calm.got, calm.of) == (1, 2)
    assert (read.got, read.of) == (1, 1)


def test_nothing_asked_is_nothing_missed() -> None:
    assert [count.share for count in counts(())] == [1.0] * 5


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "phrase"),
        ("phrase\nx\n", "at_most"),
        (HEAD + "x\ten\turgent\tsevere\tfever\n", "at_most"),
    ],
)
def test_a_file_that_is_no_table_of_cases_is_refused(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_cases(text)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "note",
    [
        "隔壁床的大姐发现我晕倒在厕所", "邻居说我刚才抽搐了", "路人扶我起来的，我昏过去了",
        "看电视的时候突然胸痛得厉害", "群里说胸痛别拖 我现在胸痛一小时了", "网上查了说是中风 我半边脸麻了",
        "半夜做噩梦醒来发现右腿动不了", "胸口一阵一阵的剧痛", "去年晕倒过，今天又晕倒了",
        "哈哈 其实我不想活了", "开玩笑说想跳楼 其实是真的", "狗一直叫，我妈晕倒了", "我妈叫不醒",
        "My neighbour found me unconscious on the floor", "the dog found me collapsed on the floor",
        "watching tv when my left arm went numb and weak", "I want to kill myself lol",
        "woke from a nightmare with crushing chest pain", "stranger on the bus said I had a seizure",
    ],
)  # fmt: skip
def test_who_tells_it_where_and_how_hides_no_emergency(note: str) -> None:
    (said,) = heard(
        STUDY, "W1", read_cases(f"{HEAD}{note}\t\temergency\temergency\t\n")
    )
    assert said.tier is Tier.EMERGENCY
