"""Which words a person must read, by when, and what shows how somebody is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.messages.unread_texts import people
from portal.protocol.calendar.due import in_reading_hours, read_by
from portal.protocol.study.filling import hour_text
from portal.protocol.triage.end_of_silence import is_heard
from portal.protocol.triage.judge import judge
from portal.protocol.triage.unread_words import leaves_unread, must_be_read
from portal.protocol.words.courtesies import is_courtesy, says_nothing
from portal.study_files import load_study

CHENGDU = "Asia/Shanghai"
ITEMS = load_study("dcar-sle").items
UNKNOWN = (  # to every sign
    "什么都不想说了，随便吧",
    "屋里的灯一直在眨",
    "He is still in bed, he had a long night",
    "nothing is the way it was",
)
DANGEROUS = (
    *UNKNOWN,
    "活着没意思，想死",
    "昨晚烧到39度，嘴唇发紫",
    "左手左脚突然没力",
    "life is not worth living",
)


def local(at: str, zone: str = CHENGDU) -> datetime:
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_words_that_no_rule_knows_are_read(text: str, asked: bool) -> None:
    assert must_be_read(text, ITEMS, asked=asked)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "好的谢谢",
            "好的，谢谢！",
            "收到。谢谢",
            "谢谢，好的",
            "谢谢您，再见",
            "ＯＫ",
        ),
        *("OK, thank you.", "Thanks!", "got it", "谢谢🙏", "thank  you", "👍"),
        *("you're welcome", "you’re welcome", "知道了，谢谢医生"),
    ],
)
def test_a_listed_courtesy_however_it_is_typed_need_not_be_read(text: str) -> None:
    assert is_courtesy(text)
    assert not must_be_read(text, ITEMS)


@pytest.mark.parametrize(
    "text",
    [
        *("你好", "在吗", "好", "是", "yes", "fine", "好的?", "ok？", "谢谢，我头晕"),
        *("好的，昨晚没睡", "thanks, I feel awful", "谢谢" + " " * 2000 + "想死", "嗯"),
        *("谢谢谢谢谢谢谢谢", "再", "没有", "none", "no", "好的﹖", "OK⁇"),
    ],
)
def test_whatever_is_not_exactly_listed_is_read(text: str) -> None:
    assert must_be_read(text, ITEMS)


def test_nothing_is_an_answer_only_where_more_was_asked_for() -> None:
    for text in ("无", "没有了。", "None", "n/a", "nothing to add"):
        assert says_nothing(text)
        assert not must_be_read(text, ITEMS, asked=True)
        assert must_be_read(text, ITEMS)


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("text", ["！！！", "……", "。。。", "...", "、", "-", "~ ~"])
def test_stops_without_a_word_are_no_courtesy(text: str, asked: bool) -> None:
    assert must_be_read(text, ITEMS, asked=asked)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\ufeff\u3000"])
def test_a_text_in_which_nothing_is_seen_is_read_and_such_a_note_is_not(
    text: str,
) -> None:
    assert must_be_read(text, ITEMS)
    assert not must_be_read(text, ITEMS, asked=True)


@pytest.mark.parametrize("text", ["STOP", "退订", "ＴＤ", "start", "恢复"])
def test_a_command_is_done_and_not_read(text: str) -> None:
    assert not must_be_read(text, ITEMS)


@pytest.mark.parametrize(
    "text", ["weak", "fell", "numb", "7KQ2", "stop hurting", "救命"]
)
def test_what_only_looks_like_a_command_is_read(text: str) -> None:
    assert must_be_read(text, ITEMS)


@pytest.mark.parametrize("text", ["36.6", "体温36.8", "37.4℃", "98.2F", "36度5。"])
def test_a_calm_temperature_alone_need_not_be_read(text: str) -> None:
    assert not must_be_read(text, ITEMS)


@pytest.mark.parametrize("text", ["36.6", "体温36.8"])
def test_a_number_is_read_where_the_study_asks_for_no_temperature(text: str) -> None:
    assert must_be_read(text, load_study("hypertension").items)


@pytest.mark.parametrize(
    "text", ["39.2", "35.0", "37.5", "5", "384", "36.6 谢谢", "100.4F"]
)
def test_any_other_temperature_that_no_rule_judged_is_read(text: str) -> None:
    assert must_be_read(text, ITEMS)


def test_a_temperature_that_the_rules_judged_is_not_read_once_more() -> None:
    assert not must_be_read("37.7", ITEMS, {"temp": {"value": "37.7", "unit": "C"}})
    assert must_be_read("37.7", ITEMS, {"temp": {"value": "36.7", "unit": "C"}})


@pytest.mark.parametrize(
    ("note", "unread"),
    [
        *((text, True) for text in UNKNOWN),
        *(
            ("昨晚抽搐了", False),
            ("life is not worth living", False),
            ("今天没有发烧", True),
            ("今天有点咳嗽", False),
            ("谢谢", False),
            ("无", False),
        ),
    ],
)
def test_an_entry_leaves_unread_what_no_rule_raised(note: str, unread: bool) -> None:
    study = load_study("dcar-sle")
    answers = {"emerg": [], "note": note}
    verdict = judge(study, "W1", answers)
    assert leaves_unread(study.items, answers, verdict) is unread


@pytest.mark.parametrize("value", ["37.7", "38.6"])
def test_words_beside_a_finding_that_they_did_not_raise_are_unread(value: str) -> None:
    study = load_study("dcar-sle")
    temp = {"value": value, "unit": "C"}
    answers = {"emerg": [], "temp": temp, "note": UNKNOWN[0]}
    verdict = judge(study, "W1", answers)
    assert leaves_unread(study.items, answers, verdict)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-12T09:00", "2026-03-12T11:00"),
        ("2026-03-12T18:00", "2026-03-12T20:00"),
        ("2026-03-12T19:30", "2026-03-13T09:30"),
        ("2026-03-12T19:59", "2026-03-13T09:59"),
        ("2026-03-12T20:00", "2026-03-13T10:00"),
        ("2026-03-12T23:30", "2026-03-13T10:00"),
        ("2026-03-13T03:00", "2026-03-13T10:00"),
        ("2026-03-13T08:00", "2026-03-13T10:00"),
        ("2026-03-14T19:30", "2026-03-15T09:30"),  # a Saturday
        ("2026-12-31T19:30", "2027-01-01T09:30"),
        ("2028-02-28T21:00", "2028-02-29T10:00"),
    ],
)
def test_soon_is_two_hours_counted_from_eight_to_eight(received: str, due: str) -> None:
    assert read_by(local(received), CHENGDU, soon=True) == local(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-28T19:30", "2026-03-29T09:30"),  # the night without an hour
        ("2026-10-24T19:30", "2026-10-25T09:30"),  # the night with one twice
    ],
)
def test_the_hours_are_the_sites_when_its_clocks_change(
    received: str, due: str
) -> None:
    zone = "Europe/Berlin"
    assert read_by(local(received, zone), zone, soon=True) == local(due, zone)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-12T09:00", "2026-03-13T17:00"),
        ("2026-03-13T01:00", "2026-03-16T17:00"),  # a Friday
        ("2026-03-14T12:00", "2026-03-16T17:00"),
        ("2026-03-15T23:59", "2026-03-16T17:00"),
    ],
)
def test_later_it_is_five_on_the_next_working_day(received: str, due: str) -> None:
    assert read_by(local(received), CHENGDU, soon=False) == local(due)


def test_words_are_paged_from_eight_to_eight() -> None:
    hours = ("07:59", "08:00", "19:59", "20:00")
    within = [in_reading_hours(local(f"2026-03-12T{one}"), CHENGDU) for one in hours]
    assert within == [False, True, True, False]


TODAY, YESTERDAY = date(2026, 3, 12), date(2026, 3, 11)
TEMP = {"temp": {"value": "36.6", "unit": "C"}}


@pytest.mark.parametrize(
    ("kind", "answers", "tier", "day", "heard"),
    [
        ("partial", TEMP, "routine", TODAY, True),
        ("complete", {"chills": 0}, "routine", TODAY, True),
        ("partial", {"temp": "cannot"}, "routine", TODAY, True),
        ("partial", {"note": "好的谢谢", "reporter": "self"}, "routine", TODAY, False),
        ("complete", {"emerg": [], "reporter": "self"}, "routine", TODAY, False),
        ("partial", {"reporter": "self"}, "routine", TODAY, False),
        ("partial", {"note": "x", "temp": None}, "routine", TODAY, False),
        ("partial", {"temp": {"value": " ", "unit": "C"}}, "routine", TODAY, False),
        ("partial", {"note": "昨晚抽搐了"}, "emergency", TODAY, True),
        ("partial", {"note": "今天有点咳嗽"}, "same_day", TODAY, True),
        ("partial", {"note": "I have a slight cough"}, "same_day", TODAY, True),
        ("complete", {"note": "刚量了36.5"}, "routine", TODAY, True),
        ("partial", {"note": "bp 118/76"}, "routine", TODAY, True),
        ("partial", {"note": "昨天36.5"}, "routine", TODAY, False),
        ("partial", {"note": "yesterday it was 36.5"}, "routine", TODAY, False),
        ("partial", {"note": "没有发烧"}, "routine", TODAY, False),
        ("partial", {"note": "没有咳嗽"}, "routine", TODAY, False),
        ("partial", {"note": "明天几点复诊？"}, "routine", TODAY, False),
        ("partial", {"note": "When is my next visit?"}, "routine", TODAY, False),
        ("partial", {"note": "STOP"}, "routine", TODAY, False),
        ("red_flags", {"note": "今天有点咳嗽"}, "same_day", TODAY, False),
        ("correction", {"note": "今天有点咳嗽"}, "same_day", YESTERDAY, False),
        ("correction", TEMP, "routine", TODAY, True),
        ("correction", TEMP, "routine", YESTERDAY, False),
        ("correction", TEMP, "urgent", YESTERDAY, False),
        ("correction", {"note": "x"}, "routine", TODAY, False),
        ("red_flags", {"emerg": ["seizure"]}, "emergency", TODAY, False),
    ],
)
def test_only_answers_and_words_that_are_understood_show_how_somebody_is(
    kind: str, answers: dict[str, object], tier: str, day: date, heard: bool
) -> None:
    assert (
        is_heard(
            load_study("dcar-sle"), kind, answers, tier, day=day, received_on=TODAY
        )
        is heard
    )


def test_several_people_fit_one_value_of_a_text() -> None:
    assert people(["DS-007"], "zh") == "DS-007"
    assert people(["DS-007", "DS-008"], "zh") == "DS-007和另外1人"
    assert people(["DS-007", "DS-008"], "en") == "DS-007 and 1 more"
    assert people(["SITE-A-00007"] * 12, "en") == "12 people"
    assert people(["SITE-A-00007-LONG"] * 12, "zh") == "12人"


def test_an_hour_of_another_day_says_which() -> None:
    now, at = local("2026-12-31T19:30"), local("2027-01-01T09:30")
    assert hour_text(now, CHENGDU, "zh", now=now) == "19:30"
    assert hour_text(at, CHENGDU, "zh", now=now) == "1月1日09:30"
    assert hour_text(at, CHENGDU, "en", now=now) == "09:30 on 1 Jan"
