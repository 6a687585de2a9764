"""Which signs a note states: clauses, pairs, denials, lists, the past, what is over."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.study.signs import Sign
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.study.traditional import SIMPLIFIED, forms_of
from portal.protocol.words.heard.folding import folded
from portal.protocol.words.heard.signs_said import signs_said, vocabulary
from portal.study_files import load_study

SECONDS = 3.0
"""Of a processor, for four times the longest note; most take a tenth of it."""


def sign(name: str, tier: Tier, zh: list[str], en: list[str], *hides: str) -> Sign:
    return Sign(
        id=name,
        title=Text({"zh": "甲", "en": "a"}),
        tier=tier,
        phrases={"zh": tuple(zh), "en": tuple(en)},
        except_in={"zh": (), "en": hides},
        fires=(),
        silent=(),
    )


SIGNS = (
    sign("fever", Tier.URGENT, ["发烧", "高烧"], ["fever", "=hot"], "hay fever"),
    sign("cough", Tier.SAME_DAY, ["咳嗽"], ["cough"]),
    sign("fit", Tier.EMERGENCY, ["抽搐"], ["seizure"]),
    sign("faint", Tier.EMERGENCY, ["昏倒", "晕倒"], ["faint"]),
    sign("chest", Tier.EMERGENCY, ["胸痛", "胸口 + 痛|闷"], ["chest + pain|tight"]),
    sign(
        "weak",
        Tier.URGENT,
        ["手|脚|胳膊|腿|半边 + 没力|抬不起|动不了|麻"],
        ["arm|leg + weak|numb"],
    ),
    sign("shake", Tier.URGENT, ["手抖"], ["shaking"]),
    sign("bleed", Tier.URGENT, ["流血", "鼻血"], ["bleed"]),
)
WORDS = vocabulary(
    SIGNS, forms_of(one for sign in SIGNS for many in sign.sought for one in many)
)


def stated(note: str) -> set[str]:
    return set(signs_said(note, WORDS).signs)


@pytest.mark.parametrize(
    ("note", "signs"),
    [
        # a word anywhere, or at the start of a word
        ("昨晚抽搐了", {"fit"}), ("feverish", {"fever"}), ("a hot day", {"fever"}),
        ("hotel", set()), ("hay fever", set()), ("hay fever and a fever", {"fever"}),
        # one spelling of the same
        ("ｆｅｖｅｒ", {"fever"}), ("FEVER", {"fever"}), ("抽 搐", {"fit"}), ("抽\u200b搐", {"fit"}),
        ("發燒", {"fever"}), ("发热", {"fever"}), ("抽畜", {"fit"}), ("siezure", {"fit"}),
        ("fashao", {"fever"}), ("fa shao", {"fever"}), ("胸口疼", {"chest"}),
        # parts of a pair in one clause, in any order
        ("左手没力", {"weak"}), ("没力，连手都", set()), ("麻了，手", set()), ("抬不起的胳膊", {"weak"}),
        ("pain in my chest", {"chest"}), ("my chest is tight", {"chest"}),
        ("pain. Her chest", set()), ("leg feels so weak", {"weak"}),
        # a denial reaches what is directly behind it
        ("没有发烧", set()), ("没发烧没咳嗽", set()), ("沒發燒", set()), ("无明显发烧", set()),
        ("不再抽搐", set()), ("no fever", set()), ("not had any fever", set()),
        ("no sign of fever", set()), ("didn't faint", set()), ("手没有麻", set()),
        ("no pain in my chest", set()), ("never had a seizure", set()),
        # or heads a list
        ("没有发烧、咳嗽和胸痛", set()), ("没有发烧或抽搐", set()), ("没有发烧咳嗽", set()),
        ("no fever, cough or chest pain", set()), ("no fever or cough", set()),
        ("无发烧、恶寒和抽搐", set()),
        # and nothing else
        ("降不下来的高烧", {"fever"}), ("走不动还胸痛", {"chest"}), ("没吃饭 胸痛", {"chest"}),
        ("无明显诱因胸痛", {"chest"}), ("没人在家我昏倒了", {"faint"}), ("不吃药就发烧", {"fever"}),
        ("can't move chest pain", {"chest"}), ("no energy and fainted twice", {"faint"}),
        ("没有咳嗽 发烧", {"fever"}), ("没咳嗽有发烧", {"fever"}), ("不是感冒是发烧", {"fever"}),
        ("不知道为啥昏倒了", {"faint"}), ("不小心晕倒", {"faint"}), ("不得了昏倒了", {"faint"}),
        ("说不出的胸痛", {"chest"}), ("能不能打120胸痛", {"chest"}), ("不间断发烧", {"fever"}),
        ("我不确定是不是发烧", {"fever"}), ("不是没有胸痛", {"chest"}),
        ("no cough just fever", {"fever"}), ("no fever, a seizure", {"fit"}),
        ("no fever but a seizure", {"fit"}), ("no one home fainted", {"faint"}),
        ("no idea why i fainted", {"faint"}), ("did not tell anyone, had chest pain", {"chest"}),
        ("not only a fever", {"fever"}), ("couldn't sleep chest pain", {"chest"}),
        ("没有发烧\n抽搐", {"fit"}), ("没有\n抽搐", {"fit"}), ("没有 抽搐", {"fit"}),
        # each occurrence by itself
        ("没有抽搐，后来抽搐了", {"fit"}), ("no seizure, then a seizure", {"fit"}),
        # the past, unless it is compared with now
        ("去年抽搐过", set()), ("seizure two years ago", set()), ("以前发烧过", set()),
        ("三小时以前抽搐", {"fit"}), ("以前没这样，今天手抖", {"shake"}),
        ("以前从来不手抖的", {"shake"}), ("以前没有抽搐过", set()),
        ("used to cough, and cough worse now", {"cough"}), ("not long ago had a seizure", {"fit"}),
        # asked about, told of others, over
        ("如果发烧怎么办", set()), ("what do I do if I get a fever?", set()),
        ("护士问我有没有抽搐，没有", set()), ("上次看到新闻有人抽搐", set()),
        ("孙子发烧了，我没事", set()), ("my son has a fever, can i visit him", set()),
        ("儿子发烧了", {"fever"}), ("鼻血止住了", set()), ("抽搐停了", {"fit"}),
        # a denial behind the word, and what only begins like one
        ("胸痛：无", set()), ("胸痛没有", set()), ("fever: none", set()),
        ("胸痛没有缓解", {"chest"}), ("chest pain no relief", {"chest"}), ("没流鼻血", set()),
        # strangers and animals, and whoever they found or hurt
        ("邻居抽搐了", set()), ("邻居发现我抽搐了", {"fit"}), ("家里的狗抽搐了", set()),
        ("我同事发烧了", set()), ("同事发烧了 跟我一起吃的饭", {"fever"}),
        ("同事昏倒了", {"faint"}), ("our dog had a seizure", set()),
        ("the dog barked and mum had a seizure", {"fit"}), ("my neighbour fainted", set()),
        ("my neighbour found me, i fainted", {"faint"}),
        # told of in a film, or seen while it happened
        ("电视里有人抽搐", set()), ("看电视的时候抽搐了", {"fit"}),
        ("fainted on the telly", set()), ("while watching tv i fainted", {"faint"}),
        # in fun
        ("抽搐，开玩笑的", set()), ("not joking, i fainted", {"faint"}),
        ("发烧了哈哈", set()), ("昏倒了哈哈", {"faint"}),
        # an idiom
        ("笑得抽了", set()), ("手机没电昏倒了", {"faint"}), ("fainted laughing", {"faint"}),
        ("nearly fainted when i saw the price", set()), ("nearly fainted", {"faint"}),
    ],
)  # fmt: skip
def test_a_note_states_these_signs(note: str, signs: set[str]) -> None:
    assert stated(note) == signs


@pytest.mark.parametrize("note", ["没有抽搐", "去年抽搐过", "no fever", "手没有麻"])
def test_what_is_denied_or_past_is_told(note: str) -> None:
    said = signs_said(note, WORDS)
    assert (said.signs, said.tiers, said.negated) == ((), frozenset(), True)


def test_the_tiers_are_those_of_the_signs() -> None:
    said = signs_said("咳嗽，胸痛，没有发烧", WORDS)
    assert said.tiers == {Tier.SAME_DAY, Tier.EMERGENCY}
    assert said.negated


@pytest.mark.parametrize(
    ("note", "spelled"),
    [
        ("I can't", "i cant"), ("can not", "cant"), ("could not", "couldnt"),
        ("unable to walk", "cant walk"), ("36 . 6", "36.6"), ("3 8 . 9", "38.9"),
        ("well-being", "well being"), ("“没事”", "没事"), ("a\n\n b", "a\nb"), ("🤒39", "体温39"),
        ("𠮷", "□"),
    ],
)  # fmt: skip
def test_a_note_has_one_spelling(note: str, spelled: str) -> None:
    assert folded(note, {}) == spelled


@pytest.mark.parametrize(
    ("note", "signs"),
    [
        ("發燒", {"fever"}), ("没有發燒", set()), ("沒有發燒、咳嗽", set()), ("昨晚暈倒了", {"faint"}),
        ("胸口悶", {"chest"}), ("無明顯誘因胸痛", {"chest"}), ("腳麻了", {"weak"}),
        ("以前從來不手抖的", {"shake"}), ("孫子發燒了，我沒事", set()),
    ],
)  # fmt: skip
def test_traditional_characters_are_read_as_simplified_ones(
    note: str, signs: set[str]
) -> None:
    assert stated(note) == signs


def test_only_forms_of_what_is_sought_are_kept() -> None:
    assert forms_of(["发烧"]) == {"發": "发", "髮": "发", "燒": "烧"}
    assert len(SIMPLIFIED) > 2_500


@given(st.text(max_size=200))
def test_no_note_is_too_strange(note: str) -> None:
    assert "fit" in stated(f"{note}\nSeizure")


def test_a_long_note_is_read_at_once() -> None:
    assert stated("手麻" * 1_000) == {"weak"}
    assert stated("没有手 " * 600) == set()


def test_the_signs_of_a_study_read_again_are_not_folded_again() -> None:
    again = tuple(replace(one) for one in SIGNS)
    assert again[0] is not SIGNS[0]
    assert vocabulary(again, {"燒": "烧"}) is vocabulary(SIGNS, {"燒": "烧"})
    other = (replace(SIGNS[0], phrases={"en": ("elsewhere",)}), *SIGNS[1:])
    assert vocabulary(other, {"燒": "烧"}) is not vocabulary(SIGNS, {"燒": "烧"})


LONG = (
    "发烧",
    "没有发烧、",
    "手脚没力麻",
    "如果发烧",
    "以前没发烧手抖现在",
    "no fever ",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_note_that_only_names_signs_holds_nobody_up(piece: str) -> None:
    study = load_study("dcar-sle")
    words = vocabulary(study.signs, study.forms)
    note = (piece * 2_000)[:2_000]
    before = time.thread_time()
    signs_said(note, words)
    assert time.thread_time() - before < SECONDS


def test_a_pair_is_as_near_backwards_as_forwards_and_not_for_ever() -> None:
    near = []
    for between in range(80):
        rest = "的" * between
        assert stated(f"手{rest}麻") == stated(f"麻{rest}手")
        near.append("weak" in stated(f"麻{rest}手"))
    assert near == sorted(near, reverse=True)
    assert (near[0], near[-1]) == (True, False)
