"""The flat lists of studies that were approved before there were signs, as they meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.study.compiled import from_compiled
from portal.protocol.words.red_flag_words import note_words
from tests.support.source import ROOT

STORED = Path(ROOT) / "tests/protocol/study/stored/format-2.json"
LISTS = from_compiled(json.loads(STORED.read_text("utf-8"))).words


def heard(note: str) -> str:
    """The gravest thing that the note's words amount to, as the rules take it."""
    found = note_words(note, LISTS)
    order = ("emergency", "urgent", "negated")
    return next((level for level in order if level in found), "nothing")


@pytest.mark.parametrize(
    "note",
    [
        # every word of the list
        "抽搐", "癫痫", "惊厥", "昏迷", "叫不醒", "没反应", "昏倒", "晕倒", "喘不上气",
        "呼吸困难", "胸痛", "大出血", "吐血", "偏瘫", "嘴歪", "不想活", "自杀",
        "seizure", "convulsions", "convulsed", "unconscious", "unresponsive",
        "can't breathe", "chest pain", "stroke", "fainted", "pass out", "suicidal",
        # traditional forms and misspellings
        "癲癇", "驚厥", "沒反應", "暈倒", "喘不上氣", "呼吸困難", "偏癱", "自殺", "抽畜",
        "unconcious", "siezure", "Siezures", "can't breath",
        # spelling of the same thing
        "passed out", "cant breathe", "cannot breathe", "can’t breathe", "CAN'T BREATHE",
        "can`t breathe", "can  not breathe", "chest\npain", "ｓｅｉｚｕｒｅ", "SEIZURE",
        "sei\u200bzure", "抽 搐", "抽\u3000搐", "抽\n搐", "抽\u200b搐", "post-seizure",
        # words that look like negations
        "没有反应", "他沒有反應", "我不想活了", "没有反应，叫不醒", "说不出话又抽搐",
        "不停地抽搐", "不由自主地抽搐", "can't stop, seizure", "not only a seizure",
        # a denial that does not reach so far
        "没有发烧，抽搐了一次", "没有发烧。抽搐了", "没有发烧；抽搐了", "没有发烧但抽搐了",
        "没有发烧，但是抽搐了", "没有发烧\n抽搐了", "没有发烧——抽搐了一次",
        "没有一二三四五六七抽搐", "no fever, a seizure", "no fever. A seizure",
        "no fever; a seizure", "no fever but a seizure", "no fever - a seizure",
        "not one two three four seizure", "no fever\na seizure",
        "no fever, chills or seizure",
        # the present beside the past
        "去年没事但今天抽搐了", "去年发烧，昨晚抽搐", "last year a fever, today a seizure",
        "seizure today, seizure last year", "last year was fine. Seizure now",
        "以前有过。抽搐了", "三小时以前抽搐",
        # each occurrence by itself, the highest wins
        "no seizure, then a seizure", "没有抽搐，后来抽搐了", "fever and seizure",
    ],
)  # fmt: skip
def test_these_notes_are_an_emergency(note: str) -> None:
    assert heard(note) == "emergency"


@pytest.mark.parametrize(
    "note",
    [
        "抽筋", "发烧", "发热", "高烧", "寒战", "糊涂", "说胡话", "认不清", "说不出话",
        "说话不清", "嗜睡", "手抖", "重影", "便血", "黑便", "發燒", "發熱", "糊塗", "說不出話",
        "寒颤", "fit", "a fit!", "he had a fit", "having fits", "fever", "feverish",
        "chills", "chilly", "rigor", "confused", "confusion", "slurred", "drowsy",
        "sleepy", "trembling", "double vision", "double-vision", "bleeding",
        "can't stop bleeding", "bleeding does not stop", "不舒服发烧", "不明原因发热",
        "没有力气、发烧", "not feeling well, fever", "发烧。没有抽搐", "fever, no seizure",
        "发烧不退", "38.5fever", "last year fever, now fever", "没有头疼，发烧38.5度",
    ],
)  # fmt: skip
def test_these_notes_are_urgent(note: str) -> None:
    assert heard(note) == "urgent"


@pytest.mark.parametrize(
    "note",
    [
        "没有抽搐", "没抽搐", "无抽搐", "未抽搐", "不抽搐", "不再抽搐", "沒有抽搐", "無抽搐",
        "没有 抽搐", "没有明显的发烧", "没有一二三四五六抽搐", "没有发烧、寒战",
        "没有发烧或抽搐", "没有发烧和抽搐", "没有发烧、寒战或抽搐",
        "没有发烧、寒战、抽搐、胸痛", "没有叫不醒", "没有fever", "no 抽搐",
        "no seizure", "No seizures", "not a seizure", "denies seizure",
        "denies any chest pain", "without fever", "didn't faint", "didn’t faint",
        "doesn't have a fever", "no fever or chills", "no fever or chills or seizures",
        "no one two three seizure", "no sign of fever", "not confused",
        "去年抽搐过", "以前抽搐过", "曾经抽搐", "抽搐是去年的事", "曾經抽搐",
        "seizure last year", "last year I had a seizure", "a stroke years ago",
        "seizure two years ago", "last\u00a0year: seizure", "没有38.5度的发烧",
    ],
)  # fmt: skip
def test_what_is_denied_or_long_past_is_for_a_person_to_read(note: str) -> None:
    assert heard(note) == "negated"


@pytest.mark.parametrize(
    "note",
    [
        "", " ", "benefit", "The benefits are clear", "backstroke", "outfit", "fitness",
        "fit and well", "I feel fit and well today", "fit  and\u00a0well", "chilli",
        "chillies for lunch", "今天很好，散步一小时", "slept well", "refit", "no problems",
        "没有不舒服", "\x00", "\ud800", "去年", "last year", "没有",
    ],
)  # fmt: skip
def test_these_notes_hold_no_red_flag_word(note: str) -> None:
    assert heard(note) == "nothing"


def test_a_past_marker_dates_only_the_word_nearest_to_it() -> None:
    assert note_words("去年抽搐，发烧", LISTS) == {"negated", "urgent"}
    assert note_words("seizure and fever last year", LISTS) == {"emergency", "negated"}


def test_a_word_at_equal_distance_on_both_sides_leaves_the_graver_one() -> None:
    assert note_words("抽搐去年发烧", LISTS) == {"emergency", "negated"}


@given(st.text(max_size=200))
def test_no_note_is_too_strange_to_be_read(note: str) -> None:
    assert note_words(note, LISTS) <= {"emergency", "urgent", "negated"}


@given(st.text(max_size=60))
def test_a_new_sentence_with_a_red_flag_is_heard_after_any_note(note: str) -> None:
    assert "emergency" in note_words(f"{note}\nSeizure", LISTS)
