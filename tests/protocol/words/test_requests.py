"""What texts ask for, in both languages, and the temperatures that stand in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.protocol.words.heard.readings import is_only_temperature, temperatures
from portal.protocol.words.requests import (
    LONGEST_BODY,
    Request,
    kept,
    read_text,
    sender_number,
)

STOPS = [
    "STOP", "stop", "Stop.", " stop ", "STOP!", "ＳＴＯＰ", "st\u200bop", "STOPALL",
    "Stop all", "UNSUBSCRIBE", "unsubscribe.", "END", "end", "Quit", "CANCEL",
    "Cancel.", "REVOKE", "OPTOUT", "opt out", "T", "t", "TD", "td", "Ｔ", "退订", "退訂",
    "退订。", "【退订】", "回T退订", "T退订", "停止", "停止发送", "取消订阅", "别再发了",
    "不要再发短信了", "请别再发了！", "please stop texting me", "Please stop.",
    "Don’t text me", "\n退 订\n",
]  # fmt: skip
STARTS = [
    "START", "start", "Unstop", "恢复", "恢復", "开始", "開始", "重新订阅", "Start.",
]  # fmt: skip
YESSES = ["YES", "yes", "Yes.", "ＹＥＳ", "是", "好", "好的"]
HELPS = [
    "HELP",
    "help",
    "Help!",
    "INFO",
    "帮助",
    "幫助",
    "救命",
    "救命！！",
    "SOS",
    "help me",
]
WRONGS = [
    "wrong number", "Wrong number.", "Sorry, wrong number", "打错了", "打錯了。", "发错了",
    "不是本人", "我不是本人", "你发错人了", "号码错了", "you have the wrong number",
]  # fmt: skip
WORDS = [
    "", " ", "?!…。", "38.6", "昨晚抽搐了", "please stop the pain", "I can't stop shaking",
    "stop by tomorrow?", "the end of my rope", "I want to quit smoking", "他停止呼吸了",
    "停止呼吸", "不是本人在写，是他女儿", "开始发烧", "开始发冷了", "START of fever", "to",
    "help him he is unconscious", "he stopped breathing", "cancel my visit",
    "取消明天的复诊", "取消", "体温T", "tdd", "好多了", "yes I have a fever", "是的，发烧",
    "wrong number of pills taken", "我今天打错了针", "今天没什么不舒服", "收到", "ok", "OK!",
    "A", "确认", "确认 ABC", "not K7QX", "K7QX is not me", "K7QX?K7QY", "K7QXX", "K7Q",
    "K0QX", "K1QX", "KIQX", "KOQX", "no K7QX", "完了 K7QX",
]  # fmt: skip


def asked(body: str, *, stopped: bool = False) -> Request:
    return read_text(body, stopped=stopped).asked


@pytest.mark.parametrize("body", STOPS)
def test_these_texts_stop(body: str) -> None:
    assert asked(body) is asked(body, stopped=True) is Request.STOP


@pytest.mark.parametrize("body", STARTS)
def test_these_texts_start(body: str) -> None:
    assert asked(body) is asked(body, stopped=True) is Request.START


@pytest.mark.parametrize("body", YESSES)
def test_yes_starts_only_where_something_was_stopped(body: str) -> None:
    assert asked(body) is Request.WORDS
    assert asked(body, stopped=True) is Request.START


@pytest.mark.parametrize("body", HELPS)
def test_these_texts_ask_for_help(body: str) -> None:
    assert asked(body) is Request.HELP


@pytest.mark.parametrize("body", WRONGS)
def test_these_texts_say_that_the_number_is_wrong(body: str) -> None:
    assert asked(body) is Request.WRONG_NUMBER


@pytest.mark.parametrize("body", WORDS)
def test_everything_else_is_words(body: str) -> None:
    assert asked(body) is Request.WORDS


@pytest.mark.parametrize(
    "body",
    [
        "K7QX", "k7qx", " K7QX. ", "Ｋ７ＱＸ", "A K7QX", "a k7qx", "OK K7QX", "ok, k7qx",
        "ack K7QX", "确认K7QX", "确认 K7QX", "确认：K7QX", "收到 K7QX", "收到，K7QX。",
        "K7QX ok", "K7QX收到", "K7QX 确认", "K7QX\n", "【K7QX】",
    ],
)  # fmt: skip
def test_a_code_is_found_where_nothing_but_a_confirmation_stands_beside_it(
    body: str,
) -> None:
    assert read_text(body).code == "K7QX"


def test_a_word_of_ours_is_never_taken_for_a_code() -> None:
    for body in (*STOPS, *STARTS, *YESSES, *HELPS, *WRONGS):
        assert read_text(body).code is None
    assert read_text("A HELP").code == "HELP"  # should a code ever have read so


def test_a_new_code_is_no_word_that_would_be_taken_for_something_else() -> None:
    assert read_text("HELP").code is None


@given(st.text())
@example("\x00")
@example("\ud800")
@example("￼" * 3000)
@example("ﷺ" * 500)
def test_no_text_can_break_the_reading(body: str) -> None:
    for stopped in (False, True):
        said = read_text(body, stopped=stopped)
        assert (said.code is None) == (said.asked is not Request.CODE)
    for typed in temperatures(kept(body)):
        assert typed.unit in "CF"
    is_only_temperature(kept(body))


@given(st.text(alphabet="0123456789.,。度半°CF℃三四十五六点 体温烧-/", max_size=30))
def test_no_number_can_break_the_reading(body: str) -> None:
    for typed in temperatures(body):
        assert typed.tenths is None or 320 <= typed.tenths <= 420


@given(st.text())
def test_what_is_kept_can_be_stored(body: str) -> None:
    assert len(kept(body)) <= LONGEST_BODY
    kept(body).encode()
    assert "\x00" not in kept(body)


@pytest.mark.parametrize(
    ("sender", "number"),
    [
        ("+8613800138007", "+8613800138007"),
        (" +86 138 0013 8007 ", "+8613800138007"),
        ("＋8613800138007", "+8613800138007"),
        ("10086", None),
        ("106575258192144", None),
        ("Hospital", None),
        ("+12", None),
        ("", None),
        ("+0123456789", None),
    ],
)
def test_short_codes_and_names_are_no_numbers(sender: str, number: str | None) -> None:
    assert sender_number(sender) == number


@pytest.mark.parametrize(
    ("body", "tenths"),
    [
        # the text is the temperature
        ("38.6", [386]), ("38", [380]), ("38.6度", [386]), ("38℃", [380]),
        ("３８．６", [386]), ("38,6", [386]), ("38。6", [386]), ("38·6", [386]),
        ("101.5F", [386]), ("101", [383]), ("100.4 f", [380]), ("华氏101", [383]),
        ("体温38.6", [386]), ("体温38", [380]), ("体温：38.6℃", [386]), ("T38.6", [386]),
        ("temp: 38.6", [386]), ("Temperature 38.6", [386]), ("36.5.", [365]),
        # as it is said
        ("38度6", [386]), ("38度半", [385]), ("三十八度六", [386]), ("三十九度", [390]),
        ("三十八度半", [385]), ("今天三十八点五", [385]), ("我38度6了", [386]),
        # among words
        ("发烧38.6", [386]), ("烧到39", [390]), ("烧到39度了", [390]), ("I have 39.2", [392]),
        ("my temperature is 38.6 now", [386]), ("fever of 39", [390]),
        ("39 degrees", [390]), ("38.6℃，吃了2片", [386]), ("现在38.6，没有别的", [386]),
        # several
        ("昨天38.6今天36.5", [386, 365]), ("37.8-38.2", [378, 382]), ("39.1/38", [391]),
        # meant as one, but nobody has it
        ("384", [None]), ("3.84", [None]), ("26.5", [None]),
        # something else
        ("", []), ("1", []), ("12", []), ("482913", []), ("13800138007", []),
        ("血压130/80", []), ("血氧95%", []), ("心率100", []), ("体重62.5kg", []),
        ("体重38.5公斤", []), ("吃了38片", []), ("42岁", []), ("2026.03.12", []),
        ("8:30", []), ("3月12日", []), ("血糖6.1", []), ("体温正常", []), ("K7QX", []),
        ("38天了", []), ("睡了36小时", []),
    ],
)  # fmt: skip
def test_a_temperature_is_found_as_people_write_it(
    body: str, tenths: list[int | None]
) -> None:
    assert [typed.tenths for typed in temperatures(body)] == tenths


@pytest.mark.parametrize(
    ("body", "only"),
    [
        ("38.6", True),
        ("体温38.6度", True),
        ("三十八度六", True),
        ("38.6 and chills", False),
        ("昨天38.6今天36.5", False),
        ("发烧38.6", False),
        ("好", False),
        ("", False),
    ],
)
def test_only_a_bare_temperature_needs_nobody_to_read_it(body: str, only: bool) -> None:
    assert is_only_temperature(body) == only
