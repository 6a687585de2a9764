"""What the program asks of a study by name: each demand unmet is a fault with its key."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest

from portal.messages.operator_texts import BUILT_IN
from portal.protocol.checks.demands import demand_faults
from portal.protocol.checks.placeholders import unused_faults
from portal.protocol.checks.study import faults_of_text
from portal.protocol.demands import texts
from portal.protocol.demands.items import ITEMS
from portal.protocol.demands.messages import MESSAGES, USES, VARIABLES
from portal.protocol.demands.numbers import NUMBERS
from portal.protocol.demands.reference import put_into, reference
from portal.protocol.demands.rules import REVIEWS
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.plan_model import Options
from portal.study_files import every_key, load_study, study_names
from tests.support import source
from tests.support.small_study import SMALL, with_

REPORTER = SMALL[
    SMALL.index('[[item]]\nid = "reporter"') : SMALL.index('[[item]]\nid = "emerg"')
]
NAMES = [
    ('items = ["reporter", "emerg"]', 'items = ["emerg"]', "group.red_flags.items", "ask reporter too"),
    ('code = "caregiver", zh', 'code = "family", zh', "item.reporter.choices", "self, caregiver"),
    ('id = "emerg"\nkind = "multi"', 'id = "emerg"\nkind = "choice"', "group", 'the kind "multi"'),
    ('items = ["reporter", "emerg"]', 'items = ["reporter"]', "group", 'the kind "multi"'),
    ('items = ["reporter", "emerg"]', 'items = ["reporter", "emerg", "chills"]', "group.red_flags.items", "nothing else"),
    ('id = "T10"', 'id = "silence"', "rule.silence", "raises it itself"),
    ('silence = {', 'silence_rule = "T10"\nsilence = {', "rule.T10", "raises it itself"),
    ('id = "T10"', 'id = "deviation"', "rule.deviation", "raises it itself"),
    ('id = "chills"', 'id = "strokes"', "item.strokes", "use this name for another field"),
    ('id = "chills"', 'id = "constructor"', "item.constructor", "use this name"),
    ('id = "chills"', 'id = "reading"', "item.reading", "a fact has this name"),
    ('id = "chills"', 'id = "temp_state"', "item.temp_state", 'a field of "temp"'),
    ('id = "chills"', 'id = "temp_unit"', "item.temp_unit", 'a field of "temp"'),
    ('id = "chills"', 'id = "my chills"', "item.my chills", "small letters"),
    ('code = "seizure"', 'code = "a\\"b"', "item.emerg.choices", "a code has only"),
    ('id = "rest"', 'id = "the rest/1"', "group.the rest/1", "an id is a letter"),
]  # fmt: skip
MESSAGE_FAULTS = [
    ("missed =", "mised =", "message", 'no message "missed"'),
    ("since =", "sins =", "message", 'no message "since"'),
    ("by_caregiver =", "carer =", "message", 'no message "by_caregiver"'),
    ('en = "Told, {time}."', 'en = "Told, {date}."', "message.told.en", "nothing fills {date}"),
    ('en = "Seen."', 'en = "Seen by {phone}."', "message.seen.en", "nothing fills {phone}"),
    ('en = "Ring first."', 'en = "Ring {phone}."', "message.on_ward.en", "nothing fills {phone}"),
    ('en = "Ring."', 'en = "Ring in {minutes}."', "message.M-W.en", "nothing fills {minutes}"),
    ('en = "We call today."', 'en = "In {minutes}."', "message.M-S.en", "nothing fills {minutes}"),
    ('en = "Received."', 'en = "At {time}."', "message.M-R.en", "nothing fills {time}"),
    ('en = "Stay near until {date}."', 'en = "Until {time}."', "message.P-near.en", "{time}"),
    ('en = "It ends today."', 'en = "Ends {date}."', "message.P-ends.en", "nothing fills {date}"),
    ('zh = "请拨打{phone}。", en = "Phone {phone}."', 'zh = "请等。", en = "Wait."', "message.unanswered.en", "{phone} is needed"),
]  # fmt: skip
TEXT_FAULTS = [
    ('请在{minutes}分钟内确认。确认请按1。"\nen = "{level} alert {code}: confirm in {minutes} minutes. Press 1."\nvariables = ["level", "code", "minutes"]',
     '确认请按1。"\nen = "{level} alert {code}. Press 1."\nvariables = ["level", "code"]',
     "sms.staff_call.variables", "{minutes} is needed"),
    ('en = "Hello, your visit is on {date}."\nvariables = ["date"]', 'en = "Hello, your visit is at {time}."\nvariables = ["time"]', "sms.visit.variables", "nothing fills {time}"),
    ('en = "Task {code} is overdue."\nvariables = ["code"]', 'en = "A task is overdue."\nvariables = []', "sms.task_overdue.variables", "{code} is needed"),
    ("[sms.unanswered]", "[sms.unansword]", "sms", 'no text "unanswered"'),
    ("[sms.task_overdue]", "[sms.overdue]", "sms", 'no text "task_overdue"'),
    ("[sms.staff_alert]", "[sms.staff_alarm]", "sms", 'no text "staff_alert"'),
    ("[sms.code]", '[sms.report_received]\nzh = "收到，请等候。"\nen = "We have it."\nvariables = []\nmax_segments = 1\n\n[sms.code]', "sms", 'no text "report_urgent"'),
    ("[sms.code]", '[sms.ack_none]\nzh = "没有确认{code}。"\nen = "Nothing for {code}."\nvariables = ["code"]\nmax_segments = 1\n\n[sms.code]', "sms.ack_none.variables", "nothing fills {code}"),
    ('en = "Emergency" }\nack', 'en = "Emergency, the gravest" }\nack', "tier.emergency.title.en", "at most 20"),
    ('en = "Urgent" }\nack', 'en = "Ur\\ngent" }\nack', "tier.urgent.title.en", "in one line"),
    ("028-5550 0120", "+86 28-55-50-01-20-11", "site.duty_line", "at most 20"),
]  # fmt: skip
CURVE = """[[curve]]
title = { zh = "体温", en = "Temperature" }
unit = "℃"
items = ["temp"]
least = 35
most = 41
lines = ["38.0", "39.0"]
mark = { item = "reporter", codes = ["caregiver"], title = { zh = "家属填写", en = "by a caregiver" } }

[missing.W1]"""
PINNED = """[pinned]
title = { zh = "并排", en = "Side by side" }
items = ["chills"]

[missing.W1]"""
PHARMACIST = """[[duty]]
id = "pharmacist"
title = { zh = "药师", en = "pharmacist" }

"""
KEY_FAULTS = [
    ('cannot = true', 'cannot = true\nplausible = [50, 260]', "item.temp.plausible", "only a number"),
    ('cannot = true', 'cannot = true\nplausible = [50]', "item.temp.plausible", "the least and the most"),
    ('cannot = true', 'cannot = true\nplausible = [260, 50]', "item.temp.plausible", "the least and the most"),
    ('cannot = true', 'cannot = true\nhandwritten = true', "item.temp.handwritten", "only a choice"),
    ('cannot = true', 'cannot = true\nsymptom = "no"', "item.temp.symptom", "true or false"),
    ('family = "emergency"', 'family = "emergency"\nowner = "pi"', "rule.T01.owner", 'no duty "pi"'),
    ('family = "emergency"', 'family = "emergency"\nreview = "quiet"', "rule.T01.review", "is not one of review"),
    ('M-R = { ', 'M-R = { beside = 1, ', "message.M-R.beside", "true or false"),
    ("[missing.W1]", CURVE.replace('"temp"]', '"chills"]'), "curve[1].items", "temperatures or numbers"),
    ("[missing.W1]", CURVE.replace('"39.0"', '"42.5"'), "curve[1].lines", "write numbers from 35 to 41"),
    ("[missing.W1]", CURVE.replace('"39.0"', '"37.0"'), "curve[1].lines", "higher than the one before"),
    ("[missing.W1]", CURVE.replace('"38.0"', '"high"'), "curve[1].lines", 'or ["38.5"]'),
    ("[missing.W1]", CURVE.replace('"38.0"', "42"), "curve[1].lines", "write numbers from 35 to 41"),
    ("[missing.W1]", CURVE.replace('["38.0", "39.0"]', "38"), "curve[1].lines", "write a list of numbers: [160, 180]"),
    ("[missing.W1]", CURVE.replace("unit", 'beside = "arm"\nunit'), "curve[1].beside", 'no item "arm"'),
    ("[missing.W1]", CURVE.replace('["caregiver"]', "[3]"), "curve[1].mark.codes", "a list of texts"),
    ("[missing.W1]", CURVE.replace('["caregiver"]', '["much"]'), "curve[1].mark.codes", 'no answer of "reporter"'),
    ("[missing.W1]", PINNED.replace("chills", "chill"), "pinned.items", 'no item "chill"'),
    ('ask = ["temp"]', 'ask = ["heat"]', "reminders.recheck.ask", 'no item "heat"'),
    ('work = ["reports"]', "", "duty", 'no duty has the work "reports"'),
    ('work = ["reports"]', 'work = ["report"]', "duty.nurse.work", '"report" is not one of reports, organising'),
    ('work = ["corrections"]', 'work = ["reports", "corrections"]', "duty.investigator.work", '"nurse" has "reports" already'),
    ("[tier.emergency]", PHARMACIST + "[tier.emergency]", "duty.pharmacist", "nobody could be on call as it"),
    ('id = "doctor"', 'id = "2nd doctor"', "duty.2nd doctor", "an id is a letter"),
    ('role = "investigator"', 'role = "pi"', "reminders.deviation.role", 'no duty "pi"'),
    ("[words.zh]", "[words.xx]", "words.xx", "no such language"),
    ("after_minutes = 60", 'advice = "M-X"\nafter_minutes = 60', "reminders.recheck.advice", "no message"),
]  # fmt: skip
NUMBER_FAULTS = [
    ("unfinished_entry_minutes = 10", "unfinished_entry_minutes = 5", "options.unfinished_entry_minutes", "too small"),
    ("planned_call_max_minutes = 60", "planned_call_max_minutes = 90", "options.planned_call_max_minutes", "too large"),
    ("days = 28\nminus", "days = 90000000\nminus", "visit.D28.days", "too large"),
    ("months = 24", "months = 99999", "visit.M24.months", "too large"),
    ("minus = 30", "minus = 900000000", "visit.M24.minus", "too large"),
    ("visit_days = [-7", "visit_days = [-900000000", "reminders.visit_days", "too small"),
    ("end_days = [0]", "end_days = [900000000]", "reminders.dated.near.end_days", "too large"),
    ("max_length = 500", "max_length = 3000", "item.note.max_length", "too large"),
    ("ack_minutes = 5\n", "ack_minutes = 999999999\n", "tier.emergency.ack_minutes", "too large"),
    ("after_minutes = 60", "after_minutes = 999999999", "reminders.recheck.after_minutes", "too large"),
    ("days_ago = 1", "days_ago = 999999999", "example.A fever.previous[1].days_ago", "too large"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [*NAMES, *MESSAGE_FAULTS, *TEXT_FAULTS, *KEY_FAULTS, *NUMBER_FAULTS],
)
def test_a_demand_unmet_is_named_with_its_key(old, new, key, said):
    found = faults_of_text(with_(old, new))
    assert any(key == one.key and said in one.sentence for one in found), found


UNUSED = [
    ("M-S = {", 'card_urgnt = { zh = "字", en = "word" }\nM-S = {', "message.card_urgnt", 'nothing shows it. Did you mean "card_urgent"?'),
    ("M-S = {", 'x = { zh = "字", en = "word" }\nM-S = {', "message.x", "nothing shows it. Name it somewhere, or delete it."),
    ("[sms.code]", '[sms.ack_non]\nzh = "请看。"\nen = "Look."\nmax_segments = 1\n\n[sms.code]', "sms.ack_non", 'nothing sends it. Did you mean "ack_none"?'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "said"), UNUSED)
def test_what_nothing_shows_or_sends_is_a_fault_but_not_of_a_study_stored_before(
    old, new, key, said
):
    study = read_study(with_(old, new))
    assert (key, said) in [(one.key, one.sentence) for one in unused_faults(study)]
    assert list(unused_faults(replace(study, format=5))) == []
    slip = read_study(with_(old, new).replace('advice = "M-R"', 'advice = "M-X"'))
    assert not [one for one in unused_faults(slip) if one.key.startswith("message")]


@pytest.mark.parametrize("name", ["dcar-sle", "hypertension", "vaccine-2dose"])
def test_each_sentence_of_the_shipped_studies_is_read_by_somebody(name):
    assert list(unused_faults(load_study(name))) == []


def test_a_duty_that_is_not_there_is_named_once_with_all_that_name_it():
    begins = SMALL.index('[[duty]]\nid = "doctor"')
    ends = SMALL.index("[[duty]]", begins + 1)
    found = faults_of_text(SMALL[:begins] + SMALL[ends:])
    (one,) = [fault for fault in found if "no duty" in fault.sentence]
    assert one.key == "tier.emergency.step[1].roles"
    assert one.sentence.endswith("It is also named at tier.urgent.step[2].roles.")


CHOSEN = (
    with_('id = "chills"\nkind = "level"\ncalm = 0', 'id = "chills"\nkind = "choice"')
    .replace("{ code = 0,", '{ code = "no",')
    .replace("{ code = 1,", '{ code = "yes",')
    .replace("answers = { chills = 0 }", 'answers = { chills = "no" }')
)


def test_a_study_may_have_no_caregivers_and_call_its_emergencies_as_it_likes():
    alone = (
        with_(REPORTER, "")
        .replace('"reporter", ', "")
        .replace('by_caregiver = { zh = "您看到的：", en = "What you see:" }', "")
    )
    assert faults_of_text(alone) == ()
    renamed = alone.replace('"emerg"', '"danger"').replace("emerg =", "danger =")
    assert faults_of_text(renamed) == ()
    assert read_study(renamed).red_flags == "danger"


def test_a_study_may_pin_questions_and_draw_none_but_its_own_curve():
    drawn = with_("[missing.W1]", PINNED)
    assert faults_of_text(drawn) == ()
    numbers = CURVE.replace("mark =", "# ")
    assert faults_of_text(with_("[missing.W1]", numbers)) == ()


@pytest.mark.parametrize("lines", ['["35", 41]', "[35]", "[]", None])
def test_the_lines_of_a_curve_are_numbers_on_its_axis_or_none_at_all(lines):
    said = "" if lines is None else f"lines = {lines}"
    curve = CURVE.replace('lines = ["38.0", "39.0"]', said)
    assert faults_of_text(with_("[missing.W1]", curve)) == ()


def test_a_study_without_words_to_look_for_has_none():
    begin, end = SMALL.index("[words.zh]"), SMALL.index("[[rule]]")
    assert faults_of_text(with_(SMALL[begin:end], "")) == ()


def test_whether_a_choice_is_calm_must_be_said_where_no_button_says_it():
    found = {one.key: one.sentence for one in faults_of_text(CHOSEN)}
    assert "set calm = true or false for no, yes" in found["item.chills.choices"]
    half = CHOSEN.replace('{ code = "no",', '{ code = "no", calm = true,')
    found = {one.key: one.sentence for one in faults_of_text(half)}
    assert "set calm = true or false for yes" in found["item.chills.choices"]
    said = half.replace('{ code = "yes",', '{ code = "yes", calm = false,')
    assert faults_of_text(said) == ()


def test_the_calm_answer_of_a_button_cannot_say_that_it_is_not_calm():
    odd = with_("{ code = 0,", "{ code = 0, calm = false,")
    assert [one.key for one in faults_of_text(odd)] == ["item.chills.calm"]


def test_an_alert_about_silence_must_have_a_title():
    untitled = with_('silence = { zh = "没有消息", en = "Not heard from" }\n', "")
    assert [one.key for one in faults_of_text(untitled)] == ["reminders.silence"]
    never = untitled.replace('escalate = [{ at = "16:00", role = "nurse" }]\n', "")
    assert faults_of_text(never) == ()


BROKEN = [
    (SMALL[SMALL.index("[[phase]]") : SMALL.index("[[item]]")], "", "phase"),
    ('{ fact = "emerg", has', '{ fact = ["emerg"], has', "rule.T01.case[1].when"),
    ("Asia/Shanghai", "Asia/Shanghai" * 2000, "site.time_zone"),
]


@pytest.mark.parametrize(("old", "new", "key"), BROKEN)
def test_what_a_search_for_faults_once_stumbled_over_is_a_fault(old, new, key):
    assert key in {one.key for one in faults_of_text(with_(old, new))}


@pytest.mark.parametrize("name", study_names())
def test_each_study_that_ships_meets_every_demand(name):
    assert list(demand_faults(load_study(name))) == []


def test_a_study_stored_before_there_were_demands_is_not_held_to_them():
    broken = read_study(with_("missed =", "mised ="))
    assert list(demand_faults(broken))
    stored = {**to_compiled(broken), "format": 1}
    assert list(demand_faults(from_compiled(stored))) == []


def test_what_is_left_out_of_the_options_has_the_default_of_the_table():
    whole = SMALL[SMALL.index("[options]") : SMALL.index("[[visit]]")]
    options = read_study(with_(whole, "")).options
    assert options == Options()
    keys = [key for key in NUMBERS if key.startswith("options.")]
    assert {key: NUMBERS[key].default for key in keys} == {
        key: getattr(options, key.removeprefix("options.")) for key in keys
    }


NAMES_THEM = (
    "portal/demo/",
    "portal/protocol/demands/",
    "portal/protocol/study/upgrades/",
)
"""The demonstration of one study, the demands themselves, and what was demanded once."""


def _literals() -> list[tuple[str, str]]:
    return [
        (name, node.value)
        for name, tree in source.python_files("portal", "scheduler")
        for node in source.nodes(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and not name.startswith(NAMES_THEM)
    ]  # fmt: skip


def test_code_names_no_message_of_a_study_that_is_not_demanded():
    named = re.compile("[MLPQC]-[A-Za-z0-9-]+")
    known = {message.id for message in MESSAGES}
    strange = [
        one for one in _literals() if named.fullmatch(one[1]) and one[1] not in known
    ]
    assert strange == []


def _sent() -> list[tuple[str, str]]:
    """Every text that a ``NewMessage`` or ``TextAnswer`` names by a literal."""
    return [
        (name, word.value.value)
        for name, tree in source.python_files("portal", "scheduler")
        for node in source.nodes(tree) if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "template" and isinstance(word.value, ast.Constant)
    ]  # fmt: skip


def test_code_sends_no_text_of_a_study_that_is_not_demanded():
    known = {text.id for text in texts.TEXTS} | set(BUILT_IN)
    assert len(_sent()) >= 4
    assert [one for one in _sent() if one[1] not in known] == []


def test_whatever_may_stand_in_a_wording_is_a_placeholder_that_exists():
    for message in MESSAGES:
        assert set(message.must) <= set(message.may) <= set(VARIABLES)
    assert all(set(use.may) <= set(VARIABLES) for use in USES)
    for text in texts.TEXTS:
        assert set(text.must) <= set(text.may) <= set(texts.VARIABLES)
    assert all(set(use.may) <= set(texts.VARIABLES) for use in texts.USES)


def test_the_document_has_the_reference_that_the_command_makes():
    document = (source.ROOT / "docs/study-files.md").read_text("utf-8")
    made = put_into(document, every_key())
    assert made == document, "python -m portal study reference docs/…"


def test_the_reference_names_every_demand():
    said = reference()
    named = [*(one.id for one in (*ITEMS, *MESSAGES, *texts.TEXTS)), *REVIEWS]
    assert [one for one in named if f"| `{one}` |" not in said] == []
    assert [key for key in NUMBERS if f"`{key}`" not in said] == []
    with pytest.raises(ValueError, match="no marks"):
        put_into("# A document without them")
