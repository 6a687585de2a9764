"""Texts are counted as providers count them, and filled with nothing unforeseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.errors import InvalidInput
from portal.messages.operator_texts import BUILT_IN
from portal.messages.unread_texts import READING
from portal.protocol.checks.study import faults_of_text
from portal.protocol.checks.wording import wording_faults
from portal.protocol.demands.messages import VARIABLES
from portal.protocol.printed.filled_messages import example_values
from portal.protocol.study.filling import date_text, fill, placeholders, say, segments
from portal.protocol.study.text import PageSentence, SmsTemplate, Text
from portal.study_files import load_study, study_names
from tests.support.small_study import SMALL, with_


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("é£Ω" * 50, "GSM-7", 1),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("a" * 158 + "{", "GSM-7", 1),
        ("a" * 159 + "{", "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 2),
        ("\n" * 160, "GSM-7", 1),
        ("中" * 70, "UCS-2", 1),
        ("中" * 71, "UCS-2", 2),
        ("中" * 134, "UCS-2", 2),
        ("中" * 135, "UCS-2", 3),
        ("a" * 69 + "’", "UCS-2", 1),
        ("a" * 70 + "’", "UCS-2", 2),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),
        ("中" * 66 + "😀" + "中" * 66, "UCS-2", 3),
        ("中" * 65 + "😀" + "中" * 67, "UCS-2", 2),
    ],
)
def test_segments_are_counted_as_a_provider_counts_them(text, encoding, count):
    assert segments(text) == (encoding, count)


CODE = SmsTemplate(
    "code",
    Text({"zh": "验证码{code}，有效。", "en": "Code {code}, {code}."}),
    ("code",),
    1,
)


def test_a_text_is_filled_in_its_language():
    assert fill(CODE, "zh", {"code": "123456"}) == "验证码123456，有效。"
    assert fill(CODE, "zh-Hans", {"code": "1"}) == "验证码1，有效。"
    assert fill(CODE, "en", {"code": "123456"}) == "Code 123456, 123456."


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({}, "code"),
        ({"code": ""}, "code"),
        ({"code": "1", "name": "Li"}, "name"),
        ({"code": "x" * 21}, "code"),
        ({"code": "1\n2"}, "code"),
        ({"code": "1\u202e2"}, "code"),
        ({"code": "1\x00"}, "code"),
    ],
)
def test_a_text_takes_its_own_variables_and_nothing_else(variables, field):
    with pytest.raises(InvalidInput) as refused:
        fill(CODE, "en", variables)
    assert refused.value.field == field


def test_a_value_of_twenty_characters_fits():
    assert fill(CODE, "zh", {"code": "x" * 20}) == f"验证码{'x' * 20}，有效。"


def test_a_value_is_never_read_as_a_placeholder():
    template = SmsTemplate(
        "t", Text({"zh": "{tel}和{code}。", "en": "{tel} {code}"}), ("tel", "code"), 1
    )
    assert fill(template, "en", {"tel": "{code}", "code": "7"}) == "{code} 7"


def test_a_message_takes_what_it_needs_from_what_is_known():
    message = PageSentence("M", Text({"zh": "请拨打{phone}。", "en": "Phone {phone}."}))
    known = {"phone": "028-5550 0120", "minutes": "15"}
    assert say(message, "zh", known) == "请拨打028-5550 0120。"
    assert say(message, "en", known) == "Phone 028-5550 0120."
    with pytest.raises(InvalidInput) as refused:
        say(message, "en", {"minutes": "15"})
    assert refused.value.field == "phone"


def test_placeholders_come_in_order_with_repeats():
    assert placeholders("{a} {b_c}{a} {A} {} {1}") == ("a", "b_c", "a")


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        ("2026-03-24", "2026年3月24日（星期二）", "Tue 24 Mar 2026"),
        ("2026-12-06", "2026年12月6日（星期日）", "Sun 6 Dec 2026"),
        ("2028-02-29", "2028年2月29日（星期二）", "Tue 29 Feb 2028"),
    ],
)
def test_dates_are_written_as_people_say_them(day, zh, en):
    assert date_text(date.fromisoformat(day), "zh") == zh
    assert date_text(date.fromisoformat(day), "en") == en


def test_the_longest_date_fits_a_text():
    for language in ("zh", "en"):
        assert len(date_text(date(2026, 11, 25), language)) <= 20


@pytest.mark.parametrize("name", study_names())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_F47_every_text_of_every_study_fits_its_segments_when_full(name, language):
    for template in (*load_study(name).texts.values(), *BUILT_IN.values()):
        values = dict.fromkeys(template.variables, "0" * 20)
        _, parts = segments(fill(template, language, values))
        assert parts <= template.max_segments, template.id


@pytest.mark.parametrize("name", study_names())
def test_texts_that_stand_in_no_study_file_keep_the_rules_of_those_that_do(name):
    study = load_study(name)
    with_ours = replace(study, texts={**study.texts, **READING})
    assert wording_faults(with_ours) == ()


SMS_ZH = 'zh = "您好，请填写随访日记，值班电话{tel}。"'
SMS_EN = 'en = "Hello, please fill in the diary. Duty line {tel}."'


def zh(words):
    return SMS_ZH, f'zh = "{words}"', "sms.diary_due.zh"


def en(words):
    return SMS_EN, f'en = "{words}"', "sms.diary_due.en"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (zh("请填写问卷，{tel}。"), '"问卷" is a word that providers refuse'),
        (zh("请联系医疗团队，{tel}。"), '"医疗" is a word that providers refuse'),
        (en("A medical note, phone {tel}."), '"medical" is a word that providers'),
        (zh("您发烧了，请拨打{tel}。"), '"发烧" tells a symptom'),
        (zh("狼疮随访，请拨打{tel}。"), '"狼疮" tells a symptom, diagnosis'),
        (zh("细胞治疗后，请拨打{tel}。"), '"细胞" tells'),
        (en("Your fever is high, phone {tel}."), '"fever" tells'),
        (en("After your Infusion, phone {tel}."), '"infus" tells'),
        (
            en("Small-Trial diary, phone {tel}."),
            '"small-trial" stands in the id of the study',
        ),
        (
            en("Trial diary NCT00000001, phone {tel}."),
            '"NCT00000001" stands in the registry of the study',
        ),
        (
            zh("小研究的随访，请拨打{tel}。"),
            '"小研究的随访" stands in the title of the study',
        ),
        (zh("李先生您好，请拨打{tel}。"), '"先生" addresses a person'),
        (en("Dear Li, phone {tel}."), '"Dear" addresses a person'),
        (zh("请打开 www.example.org，或拨打{tel}。"), "has a link"),
        (en("Open https://x.example, phone {tel}."), "has a link"),
        (en("Open portal.com, phone {tel}."), "has a link"),
        (zh("【随访】请拨打{tel}。"), "symbols that providers refuse: 【 】"),
        (zh("请看38℃，请拨打{tel}。"), "symbols that providers refuse: ℃"),
        (zh("請填寫日記，{tel}。"), "not simplified Chinese"),
        (zh("您好,请填写日记，{tel}。"), "half-width punctuation"),
        (zh("请填写日记，{tel}."), "half-width punctuation"),
        (zh("请填写日记，拨打电话。"), "{tel} is only in the other language"),
        (zh("请填写日记，{tell}。"), "unknown placeholder {tell}"),
        (zh("请填写日记，{tel}{tel}。"), "side by side"),
        (zh("请填写日记，{tel}。{"), "a brace does not belong"),
        (en("{tel}"), "variables only"),
        (en("请打 phone {tel}."), "has Chinese characters"),
        (zh("Please phone {tel}."), "has no Chinese"),
        (zh("字" * 51 + "{tel}"), "takes 2 segments (UCS-2) when filled; allowed: 1"),
        (zh("字" * 501 + "{tel}"), "longer than 500 characters"),
        (en("A curly ’ costs: " + "x" * 60 + " {tel}"), "takes 2 segments (UCS-2)"),
        (en("y" * 141 + "{tel}"), "takes 2 segments (GSM-7)"),
    ],
)
def test_wording_that_must_not_leave_is_named(change, said):
    old, new, key = change
    found = [(f.key, f.sentence) for f in faults_of_text(with_(old, new))]
    assert any(key == where and said in sentence for where, sentence in found), found


@pytest.mark.parametrize("words", ["Supermedical", "Refeverish", "Backinfused"])
def test_english_words_count_at_their_beginning_only(words):
    assert faults_of_text(with_(*en(f"{words}, phone {{tel}}.")[:2])) == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        (
            'variables = ["code"]',
            'variables = ["code", "tel"]',
            "sms.code.variables",
            "",
        ),
        (
            'variables = ["code"]',
            'variables = ["nam"]',
            "sms.code.variables",
            "not a var",
        ),
        ('variables = ["code"]', "", "sms.code.zh", "unknown placeholder {code}"),
        (
            "Phone {phone}.",
            "Phone {d}.",
            "message.unanswered.en",
            "unknown placeholder {d}",
        ),
        (
            "Phone {phone}.",
            "Phone.",
            "message.unanswered.en",
            "{phone} is only in the other language",
        ),
        ('en = "Chills" }', 'en = "发冷" }', "item.chills.label", "same words"),
        ('en = "Shaking too." }', 'en = "{x}" }', "item.chills.hint", "no placeholder"),
        ('zh = "包括发抖。"', 'zh = "包括发抖?"', "item.chills.hint.zh", "half-width"),
        ('zh = "请打电话。"', 'zh = "Call."', "missing.W1.task.title.zh", "no Chinese"),
        (
            'zh = "给家属打',
            'zh = "给(家属)打',
            "tier.emergency.step[2].task.zh",
            "half",
        ),
    ],
)
def test_a_slip_in_any_wording_is_named(old, new, key, said):
    found = [(f.key, f.sentence) for f in faults_of_text(with_(old, new))]
    assert any(key == where and said in sentence for where, sentence in found), found


def test_more_variables_than_providers_take_are_refused():
    names = ", ".join(f'"v{n}"' for n in range(21))
    found = faults_of_text(with_('variables = ["code"]', f"variables = [{names}]"))
    assert any("more than 20 variables" in fault.sentence for fault in found)


def test_wordings_in_the_small_study_are_well():
    assert faults_of_text(SMALL) == ()


def test_a_printed_study_has_an_example_of_whatever_a_message_may_hold():
    study = load_study("dcar-sle")
    for language in study.languages:
        values = example_values(study, language)
        assert set(VARIABLES) - set(values) == set()
        for message in study.messages.values():
            assert "{" not in say(message, language, values), message.id
