"""Every fault of meaning that a study file can have is named with its key."""

from __future__ import annotations

import pytest

from portal.protocol.checks.study import Caps, faults, faults_of_text
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.file.reading import read_study
from tests.support.pharmacy import PHARMACY
from tests.support.small_study import SMALL, with_


def named(text, caps=None):
    return [(fault.key, fault.sentence) for fault in faults_of_text(text, caps=caps)]


def assert_named(found, key, said):
    assert any(key == where and said in sentence for where, sentence in found), found


@pytest.mark.parametrize("text", [SMALL, PHARMACY], ids=["small", "pharmacy"])
def test_the_small_study_has_no_fault_whatever_its_duties_are_called(text):
    assert named(text) == []


def test_faults_of_shape_come_alone():
    found = named(with_('version = "3"', "").replace("Asia/Shanghai", "Moon/Base"))
    assert [key for key, _ in found] == ["version"]


TIMELINE = [
    ("Asia/Shanghai", "Moon/Base", "site.time_zone", "not a known time zone"),
    ('"Asia/Shanghai"', '"../etc"', "site.time_zone", "not a known time zone"),
    ('country = "CN"', 'country = "China"', "site.country", "two capital letters"),
    ("028-5550 0120", "the ward", "site.duty_line", "can be dialled"),
    ("028-5550 0120", "138 0013 8000", "site.duty_line", "mobile number"),
    ("028-5550 0120", "+86 13800138000", "site.duty_line", "mobile number"),
    ('emergency_number = "120"', 'emergency_number = "a"', "site.emergency_number", ""),
    ("months = 3", "months = 25", "visit.M24", "before the visit above"),
    (
        'visit = "D28", days',
        'visit = "D29", days',
        "phase.W2.begins",
        "the visits: D28, M3, M24",
    ),
    (
        'begins = { visit = "D28", days = 1 }\n',
        "",
        "phase.W2.begins",
        "does not say when",
    ),
    (
        'visit = "M3", days',
        'visit = "D28", days',
        "phase.W3.begins",
        'before "W2" above it',
    ),
    (
        'code = "W1"',
        'code = "W1"\nbegins = { days = 1 }',
        "phase.W1.begins",
        "begins on day 0",
    ),
    ('code = "W1"', 'code = "W1"\nward = true', "phase.W1.ward", "and no other"),
    ('"chills", "note"]', '"chils", "note"]', "phase.W0.form", 'no item "chils"'),
]
DIARY = [
    ('"caregiver", zh', '"self", zh', "item.reporter.choices", '"self" is there'),
    ("{ code = 1,", "{ code = 2,", "item.chills.choices", "levels are 0, 1, 2"),
    (
        '  { code = 1, zh = "有", en = "Yes" },\n',
        "",
        "item.chills.choices",
        "nothing to",
    ),
    ("calm = 0", "calm = 4", "item.chills.calm", "none of the answers: 0, 1."),
    ("max_length = 500\n", "", "item.note.max_length", "greatest length"),
    ('"mg", zh', '"dose", zh', "item.steroid.choices", '"no" and "mg"'),
    ("calm = 0", "calm = 0\ncannot = true", "item.chills.cannot", "only a temperature"),
    ("cannot = true\n", "", "item.temp.choices", "only where cannot"),
    ('items = ["reporter", "emerg"]', 'items = ["reporter"]', "group", "first screen"),
    ('"steroid", "note"]', '"note"]', "item.steroid", "no screen shows it"),
    ('["temp", "chills"', '["emerg", "temp", "chills"', "item.emerg", "more than one"),
    (', "temp", "steroid"]', ', "temp"]', "item.steroid", "no phase's form"),
    ('["temp", "chills"', '["temp", "x", "chills"', "group.rest.items", 'no item "x"'),
    (
        'en = "The rest" }',
        'en = "The rest" }\nnone_label = { zh = "都没有", en = "None" }',
        "group.rest.none_label",
        'one tap cannot answer "temp", which is a temperature: put it on a screen',
    ),
]
FEVER = 'family = "fever"'
RULES = [
    ('{ fact = "emerg", has', '{ fact = "emrg", has', "rule.T01.case[1].when", "emrg"),
    ('phases = ["W0", "W1"]', 'phases = ["W0", "W9"]', "rule.T10.case[1].phases", "W9"),
    ('advice = ["M-U2"]', 'advice = ["M-X"]', "rule.T10.case[2].advice", "M-X"),
    (
        'tier = "urgent"\nack',
        'tier = "same_day"\nack',
        "rule.T10.case[2].ack_minutes",
        "",
    ),
    (
        'phases = ["W2", "W3", "W4"]\nwhen = { fact = "reading", at_least = "38.0" }',
        'phases = ["W0"]\nwhen = { fact = "reading", at_least = "39.0" }',
        "rule.T10.case[2]",
        "never decides: case[1]",
    ),
    ('{ fact = "emerg", has_any = true }', '{ fired = "T01" }', "rule.T01", "waits"),
    (
        FEVER,
        f'{FEVER}\nsame_again = ["chils"]',
        "rule.T10.same_again",
        'no item "chils"',
    ),
    (FEVER, f'{FEVER}\nsame_again = ["temp"]', "rule.T10.same_again", "cannot stay"),
    (
        FEVER,
        f'{FEVER}\nsame_again = ["chills"]',
        "rule.T10.same_again",
        "compares chills",
    ),
    (
        'family = "emergency"',
        'family = "emergency"\nreview = "away"\nsame_again = ["emerg"]',
        "rule.T01.same_again",
        "a task of its own",
    ),
    ('rules = ["T01"]', 'rules = ["T77"]', "example.A seizure.rules", 'no rule "T77"'),
    ('rules = ["T01"]', 'rules = ["T77"]', "example.A seizure.rules", "fires T01"),
    ('rules = ["T01"]', "rules = []", "example.A seizure.rules", "nothing is expected"),
    ('advice = ["M-E"]', 'advice = ["M-9"]', "example.A seizure.advice", "no message"),
    ('advice = ["M-E"]', 'advice = ["M-S"]', "example.A seizure.advice", "advises M-E"),
    (
        'tier = "emergency"\nrules',
        'tier = "urgent"\nrules',
        "example.A seizure.tier",
        "",
    ),
    ('"38.0", unit', '"38.0", unt', "example.A fever", "cannot be judged"),
    ("{ emerg = [], temp", "{ temp", "example.A fever.answers.emerg", "must be"),
    ('value = "38.0"', 'value = "36.5"', "rule.T10", "no example reaches this rule"),
    ("[words.en]", "[words.fr]", "words", "there must be words.en"),
    ("[words.en]", "[words.fr]", "words.fr", "no such language"),
    ('urgent = ["fever"]', 'urgent = ["seizure"]', "words.en.urgent", "emergency too"),
]
LADDER = [
    ('advice = "M-R"', 'advice = "M-X"', "tier.routine.advice", 'no message "M-X"'),
    ('ward_advice = "M-W"', 'ward_advice = "X"', "tier.emergency.ward_advice", "no"),
    ('ward_advice = "M-W"\n', "", "tier.emergency.ward_advice", "in hospital"),
    ("ack_minutes = 5\n", "", "tier.emergency.ack_minutes", "needs it"),
    (
        "ack_minutes = 5\n",
        "ack_minutes = 20\n",
        "tier.emergency.ack_minutes",
        "no later",
    ),
    ("repeat_minutes = 5\n", "", "tier.emergency.repeat_minutes", "needs it"),
    ("rearm_minutes = 30\n", "", "tier.emergency.rearm_minutes", "needs it"),
    (
        'ward_advice = "M-W"',
        'ward_advice = "M-W"\ndue = { next_working_day_by = "17:00" }',
        "tier.emergency.due",
        "a clock in minutes instead",
    ),
    (
        'advice = "M-S"\n',
        'advice = "M-S"\nack_minutes = 9\n',
        "tier.same_day.ack_minutes",
        "",
    ),
    ('due = { next_working_day_by = "17:00" }', "", "tier.routine.due", "say when"),
    (
        "after_minutes = 0",
        "after_minutes = 1",
        "tier.emergency.step[1].after_minutes",
        "",
    ),
    ("after_minutes = 5", "after_minutes = 0", "tier.emergency.step", "later than"),
    (
        "after_minutes = 5",
        "after_minutes = 9",
        "tier.emergency.step",
        "5 minutes are over",
    ),
    ('["call", "text"]', '["text"]', "tier.emergency.step[1].channels", "one channel"),
    ('["call", "text"]', '["call", "fax"]', "tier.emergency.step[1].channels", '"fax"'),
    (
        'roles = ["doctor"]',
        'roles = ["boss"]',
        "tier.emergency.step[1].roles",
        '"boss"',
    ),
    (
        "texts_per_person_day = 10",
        "texts_per_person_day = 2",
        "tier.urgent.step",
        "nurse",
    ),
    (
        "calls_per_person_day = 20",
        "calls_per_person_day = 2",
        "tier.urgent.step",
        "3 pages",
    ),
]
PLANS = [
    ("seen =", "sen =", "message", 'no message "seen"'),
    ("[sms.code]", "[sms.kode]", "sms", 'no text "code"'),
    (
        'diary = "daily"',
        'diary = "optional"',
        "missing.W1",
        'no diary is due in "W1" (diary = "optional")',
    ),
    ('diary = "optional"', 'diary = "weekly"', "missing.W0", "the weekly diary of"),
    (
        'diary = "optional"',
        'diary = "once"',
        "missing.W0",
        "write [missing.W0] and [missing.W0.task]",
    ),
    ('text = "diary_due" }', 'text = "due" }', "missing.W1.reminders", 'no text "due"'),
    ('role = "coordinator"', 'role = "boss"', "missing.W1.task.role", 'no duty "boss"'),
    (
        'role = "nurse" }',
        'role = "aunt" }',
        "missing.W1.task.escalate",
        'no duty "aunt"',
    ),
    (
        'at = "15:00"',
        'at = "09:00"',
        "missing.W1",
        "task.at is at 09:00, before a reminder (reminders) at 10:05. In the order",
    ),
    (
        'ack_by = "16:00"',
        'ack_by = "14:00"',
        "missing.W1",
        "task.ack_by is at 14:00, before task.at at 15:00",
    ),
    (
        'tiers = ["urgent"]',
        'tiers = ["red"]',
        "missing.W1.brought_forward_tiers",
        "red",
    ),
    (
        '= { fact = "reading"',
        '= { fact = "rdng"',
        "missing.W1.brought_forward_when",
        "",
    ),
    ('visit_text = "visit"', 'visit_text = "v"', "reminders", 'no text "v"'),
    ('message = "P-near"', 'message = "P"', "reminders.dated.near", 'no message "P"'),
    ('phases = ["W1"]\nat', 'phases = ["X"]\nat', "reminders.evening.phases", '"X"'),
    (
        'rules = ["T10"]\nafter',
        'rules = ["T9"]\nafter',
        "reminders.recheck.rules",
        "T9",
    ),
    (
        'task_phases = ["W1"]',
        'task_phases = ["X"]',
        "reminders.recheck.task_phases",
        "X",
    ),
    (
        'away_rules = ["T10", "T01"]',
        'away_rules = ["T31"]',
        "reminders.deviation.away_rules",
        "T31",
    ),
    (
        'role = "investigator"\nearliest',
        'role = "pi"\nearliest',
        "reminders.deviation.role",
        "pi",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "key", "said"), [*TIMELINE, *DIARY, *RULES, *LADDER, *PLANS]
)
def test_a_fault_of_meaning_is_named_with_its_key(old, new, key, said):
    assert_named(named(with_(old, new)), key, said)


@pytest.mark.parametrize(
    ("rungs", "said"),
    [
        (
            '{ at = "14:00", role = "nurse" }',
            "a rung is at 14:00, before task.at at 15:00",
        ),
        (
            '{ at = "18:00", role = "nurse" }, { at = "16:00", role = "doctor" }',
            "a rung is at 16:00, before a rung at 18:00",
        ),
    ],
)
def test_a_rung_before_the_call_would_page_nobody(rungs, said):
    early = with_('{ at = "16:00", role = "nurse" }', rungs)
    assert_named(named(early), "missing.W1.task.escalate", said)
    stored = from_compiled({**to_compiled(read_study(early)), "format": 4})
    assert list(faults(stored)) == [], "a version that was approved stays as it was"


def test_a_phase_that_waits_for_an_event_says_which_there_are():
    eventless = with_('{ visit = "D28", days = 1 }', '{ event = "dose2" }')
    said = 'there is no event "dose2"; the events: none.'
    assert_named(named(eventless), "phase.W2.begins", said)


@pytest.mark.parametrize("calm", ["0", '"0"'])
def test_a_number_has_no_calm_answer_and_is_told_so(calm):
    number = f'[[item]]\nid = "pulse"\nkind = "number"\ncalm = {calm}\nlabel = {{ zh = "脉", en = "P" }}\n\n'
    found = named(with_('[[item]]\nid = "note"', number + '[[item]]\nid = "note"'))
    assert found == [
        ("item.pulse.calm", "a number has no calm answer: take this line out.")
    ]


def test_a_button_says_of_which_question_it_has_no_answer():
    uncalm = with_("calm = 0\n", "").replace(
        '"temp", "chills", "steroid"', '"temp", "steroid"'
    )
    screen = (
        '[[group]]\nid = "c"\nitems = ["chills"]\ntitle = { zh = "冷", en = "Cold" }\n'
    )
    button = 'none_label = { zh = "都没有", en = "None" }\n\n[message]'
    found = named(uncalm.replace("[message]", screen + button))
    assert_named(
        found,
        "group.c.none_label",
        "write its calm answer into the question (calm = …)",
    )


def test_a_missing_diary_of_no_phase_is_refused():
    found = named(SMALL.replace("[missing.W1", "[missing.W7"))
    assert_named(found, "missing", 'no phase "W7"')
    assert_named(found, "missing.W1", "the daily diary of")


def test_a_form_without_the_emergencies_is_refused():
    text = SMALL.replace('form = ["reporter", "emerg"]', 'form = ["reporter"]')
    assert_named(named(text), "phase.W3.form", 'the form lacks "emerg"')
    assert_named(named(text), "phase.W4.form", 'the form lacks "emerg"')


def test_a_ladder_without_a_step_is_refused():
    start = SMALL.index("[[tier.urgent.step]]")
    end = SMALL.index("[tier.same_day]")
    found = named(SMALL[:start] + SMALL[end:])
    assert_named(found, "tier.urgent.step", "nobody is paged")


def test_a_second_step_after_a_minute_is_somebody_else_in_time():
    assert "after_minutes = 5" in SMALL
    assert named(SMALL.replace("after_minutes = 5", "after_minutes = 1", 1)) == []


def test_more_than_fourteen_screens_are_refused():
    screen = (
        '[[group]]\nid = "g{n}"\nitems = ["note"]\ntitle = {{ zh = "页", en = "P" }}\n'
    )
    many = "\n".join(screen.format(n=n) for n in range(13))
    found = named(with_("[message]", f"{many}\n[message]"))
    assert_named(found, "group", "15 screens; at most 14")


def test_a_study_without_visits_rules_or_red_flags_is_told_so():
    flags = 'id = "emerg"\nkind = "multi"'
    bare = SMALL[: SMALL.index("[[rule]]")].replace(flags, flags[:-6] + 'choice"')
    start, end = bare.index("[[visit]]"), bare.index("[[phase]]")
    found = named(bare[:start] + bare[end:])
    assert_named(found, "visit", "at least one visit")
    assert_named(found, "rule", "there is no triage rule")
    assert_named(found, "group", "the first screen must ask")


def test_the_gateways_caps_bound_what_the_study_allows():
    caps = Caps("tiny", texts_per_day=9, calls_per_day=20)
    found = named(SMALL, caps)
    assert found == [
        (
            "paging.texts_per_person_day",
            "10 a day to one person; the gateway tiny allows 9.",
        )
    ]
    assert named(SMALL, Caps("big", texts_per_day=10, calls_per_day=20)) == []


def test_a_study_that_was_read_is_judged_the_same():
    study = read_study(with_('advice = "M-R"', 'advice = "M-X"'))
    assert [f.key for f in faults(study)] == ["tier.routine.advice"]


def test_a_reminder_file_without_its_plans_is_well():
    start, end = SMALL.index("[reminders.evening]"), SMALL.index("[sms.code]")
    said = SMALL[SMALL.index("P-near = {") : SMALL.index("[[duty]]")]
    assert named((SMALL[:start] + SMALL[end:]).replace(said, "")) == []


def test_a_missing_plan_need_not_be_brought_forward():
    start = SMALL.index("brought_forward_minutes")
    end = SMALL.index("[missing.W1.task]")
    assert named(SMALL[:start] + SMALL[end:]) == []
    without_when = with_(
        'brought_forward_when = { fact = "reading", at_least = "38.0" }', ""
    )
    assert named(without_when) == []


def test_a_diary_that_is_asked_for_once_can_be_missed_once():
    once = with_('diary = "daily"', 'diary = "once"').replace(
        "after_missed = 1", "after_missed = 2"
    )
    assert_named(named(once), "missing.W1.task.after_missed", "can be missed once")


def test_a_reminder_in_the_quiet_hours_of_the_evening_would_never_leave():
    late = with_('{ at = "10:05"', '{ at = "21:30"')
    assert_named(named(late), "missing.W1.reminders", "nobody would be reminded")


def test_the_hours_of_a_call_on_the_next_morning_follow_no_evening():
    evening = with_('due = "10:00"', 'due = "20:00"').replace("10:05", "20:05")
    later = evening.replace("after_missed = 1", "after_missed = 1\ndays_later = 1")
    assert_named(named(evening), "missing.W1", "write days_later = 1 in its task")
    assert named(later) == []


def test_a_diary_opens_before_it_is_due_and_only_a_daily_one():
    late = with_('due = "10:00"', 'opens = "10:01"\ndue = "10:00"')
    assert_named(named(late), "missing.W1", "due is at 10:00, before opens at 10:01")
    early = with_('due = "10:00"', 'opens = "08:00"\ndue = "10:00"')
    assert named(early) == []
    weekly = early.replace('diary = "daily"', 'diary = "weekly"')
    assert_named(named(weekly), "missing.W1.opens", "only a daily diary")
