"""A study file is read whole, or every reason why not is named."""

from __future__ import annotations

import pytest

from portal.errors import StudyFileFault
from portal.protocol.study.file.reading import read_study, scan_study, whole_source
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import ItemKind
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Paging, SameDayDue, Tier, WorkingDayDue
from portal.protocol.study.timeline import PhaseBegin
from tests.support.small_study import SMALL, with_


def test_every_part_of_the_file_is_in_the_study():
    study = read_study(SMALL)
    assert (study.id, study.version, study.registry) == (
        "small-trial",
        "3",
        "NCT00000001",
    )
    assert study.approved is False
    assert study.site.time_zone == "Asia/Shanghai"
    assert [visit.code for visit in study.visits] == ["D28", "M3", "M24"]
    assert study.visits[1].months == 3
    assert study.visits[1].days is None
    assert study.ward is study.phases[0]
    assert study.phases[0].planned_days == 7
    assert study.phases[1].begins is None
    assert study.phases[4].begins == PhaseBegin("M24", days=1)
    assert study.items["chills"].kind is ItemKind.LEVEL
    assert study.items["chills"].calm == 0
    assert study.items["chills"].hint == Text(
        {"zh": "包括发抖。", "en": "Shaking too."}
    )
    assert study.items["emerg"].calm_answer == []
    assert study.items["chills"].calm_answer == 0
    assert study.items["temp"].cannot is True
    assert study.items["note"].max_length == 500
    assert study.groups[0].none_label == Text({"zh": "都没有", "en": "None"})
    assert study.groups[1].none_label is None
    assert [rule.id for rule in study.rules] == ["T01", "T10", "T18"]
    assert study.rules[0].cases[0].phases == ("W0", "W1", "W2", "W3", "W4")
    assert study.rules[1].cases[1].ack_minutes == 60
    assert study.rules[1].cases[1].advice == ("M-U2",)
    assert study.examples[0].advice == ("M-E",)
    assert study.examples[1].advice is None
    assert study.examples[1].previous == ({"days_ago": 1, "answers": {"chills": 0}},)
    assert {words.language for words in study.words} == {"zh", "en"}
    assert study.policies[Tier.EMERGENCY].ack_minutes == 5
    assert study.policies[Tier.EMERGENCY].ward_advice == "M-W"
    assert study.policies[Tier.EMERGENCY].steps[0].task is None
    assert study.policies[Tier.EMERGENCY].steps[1].task is not None
    assert study.policies[Tier.SAME_DAY].due == SameDayDue(
        "08:00", "20:00", 240, "21:00", "09:00"
    )
    assert study.reminders.deviation is not None
    assert study.reminders.deviation.away_rules == ("T10", "T01")
    assert study.policies[Tier.ROUTINE].due == WorkingDayDue("17:00")
    assert study.messages["M-R"].text.say("zh-Hans") == "已收到。"
    assert study.messages["M-R"].text.say("en") == "Received."
    assert study.texts["code"].variables == ("code",)
    assert study.paging == Paging(10, 20)
    assert study.options.show_visit_windows is False
    assert study.reminders.visit_days == (-7, -1, 0)
    assert len(study.sha256) == 64


def test_a_file_without_paging_allows_ten_texts_and_twenty_calls():
    without = with_(
        "[paging]\ntexts_per_person_day = 10\ncalls_per_person_day = 20\n", ""
    )
    assert read_study(without).paging == Paging(10, 20)


def test_plans_may_be_left_out():
    start = SMALL.index("[reminders.evening]")
    end = SMALL.index("[sms.code]")
    study = read_study(SMALL[:start] + SMALL[end:])
    assert study.reminders.evening is None
    assert study.reminders.recheck is None


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('version = "3"', "", "version", "a text is needed here; it is missing."),
        ('version = "3"', "version = 3", "version", "it is something else."),
        ('version = "3"', 'version = " "', "version", "a text is needed here"),
        ("approved = false", 'approved = "no"', "approved", "true or false"),
        ("approved = false", "aproved = false", "aproved", 'Did you mean "approved"?'),
        (
            'diary = "daily"',
            'diary = "daily"\nuntil = "D28"',
            "phase.W1.until",
            "there is no such key here.",
        ),
        ('country = "CN"', 'country = "CN"\nzzz = 1', "site.zzz", "no such key here."),
        ('quiet_to = "08:00"', 'quiet_to = "8:00"', "site.quiet_to", "time of day"),
        ('quiet_to = "08:00"', 'quiet_to = "24:00"', "site.quiet_to", "time of day"),
        ("days = 28", "days = true", "visit.D28.days", "a whole number"),
        ("days = 28", "days = -1", "visit.D28.days", "the minimum is 0"),
        ("days = 28", "days = 28\nmonths = 1", "visit.D28.days", "only one of them"),
        ("days = 28\n", "", "visit.D28.days", "only one of them"),
        ('code = "M3"', 'code = "D28"', "visit.D28", '"D28" is defined twice.'),
        (
            'diary = "daily"',
            'diary = "often"',
            "phase.W1.diary",
            '"often" is not one of',
        ),
        (
            'form = ["reporter", "emerg"]',
            "form = []",
            "phase.W3.form",
            "the list is empty.",
        ),
        (
            'form = ["reporter", "emerg"]',
            'form = ["emerg", "emerg"]',
            "phase.W3.form",
            '"emerg" is in the list twice.',
        ),
        (
            'form = ["reporter", "emerg"]',
            "form = [1]",
            "phase.W3.form",
            "a list of texts",
        ),
        ('kind = "level"', 'kind = "scale"', "item.chills.kind", "is not one of"),
        ('en = "Chills"', 'en = ""', "item.chills.label.en", "English wording"),
        ('{ zh = "发冷", ', "{ ", "item.chills.label.zh", "Chinese wording"),
        (
            'label = { zh = "发冷", en = "Chills" }',
            'label = "Chills"',
            "item.chills.label",
            'write label = { zh = "…", en = "…" }',
        ),
        ("{ code = 1,", '{ code = "1",', "item.chills.choices[2].code", "whole number"),
        ('en = "Shaking too." }', 'en = "S", de = "" }', "item.chills.hint.de", "key"),
        ('id = "chills"', 'id = "temp"', "item.temp", '"temp" is defined twice.'),
        ("max_length = 500", "max_length = 0", "item.note.max_length", "minimum is 1"),
        (
            'tier = "emergency"',
            'tier = "red"',
            "rule.T01.case[1].tier",
            "is not one of",
        ),
        (
            'when = { fact = "emerg"',
            'whem = { fact = "emerg"',
            "rule.T01.case[1].when",
            "this table is missing: write when = { … }.",
        ),
        (
            'title = "A fever"',
            'title = "A seizure"',
            "example.A seizure",
            "defined twice",
        ),
        ("[tier.routine]", "[tier.later]", "tier.later", "no such key"),
        (
            "[tier.routine]",
            "[tier.later]",
            "tier.routine",
            "write [tier.routine]. Its keys: title, advice",
        ),
        ('channels = ["call", "text"]', "", "tier.emergency.step[1].channels", "list"),
        ("within_minutes = 240", "within_minutes = 0", "tier.same_day.due", "minimum"),
        ("visit_days = [-7, -1, 0]", "visit_days = [0.5]", "reminders", "whole"),
        (
            'to = "participant"',
            'to = "all"',
            "missing.W1.reminders[1].to",
            "not one of",
        ),
        ("after_missed = 1", "", "missing.W1.task.after_missed", "is missing"),
        (
            "chills = 0 } }]",
            "chills = 2026-03-10 } }]",
            "example[2].previous[1].answers.chills",
            'write "2026-03-10" in quotation marks',
        ),
        ("reminders = [{", "remind = [{", "missing.W1.reminders", "[] for none"),
        (
            "chills = 0 } }]",
            "chills = 0.5 } }]",
            "example[2].previous[1].answers",
            '"0.5"',
        ),
        (
            'month_rule = "calendar"',
            'month_rule = "30"',
            "options.month_rule",
            "not one",
        ),
        (
            "max_segments = 1",
            "max_segments = 0",
            "sms.code.max_segments",
            "minimum is 1",
        ),
        (
            "[paging]",
            "[[paging]]",
            "paging",
            "this must be a table: write [paging].",
        ),
        ("[[group]]", "[group]", "group", "not valid TOML"),
        (
            "[[reminders.dated]]",
            "[reminders.dated]",
            "reminders.dated",
            "in double brackets",
        ),
        (
            'title = { zh = "小研究的随访", en = "Follow-up of a small trial" }',
            "",
            "title",
            "words are needed here",
        ),
    ],
)
def test_a_fault_of_shape_is_named_with_its_key(old, new, key, said):
    faults = scan_study(with_(old, new)).faults
    assert any(key in fault.key and said in fault.sentence for fault in faults), faults


def test_a_table_that_is_missing_is_one_fault_with_all_its_keys():
    begin, end = SMALL.index("[site]"), SMALL.index("[options]")
    (fault,) = scan_study(SMALL[:begin] + SMALL[end:]).faults
    assert fault.key == "site"
    assert fault.sentence == (
        "this table is missing: write [site]. Its keys: name, country, time_zone, "
        "duty_line, emergency_number, quiet_from, quiet_to."
    )
    begin, end = SMALL.index("[missing.W1.task]"), SMALL.index("[reminders]")
    (fault,) = scan_study(SMALL[:begin] + SMALL[end:]).faults
    assert (
        "missing: write [missing.W1.task]. Its keys: after_missed, at,"
        in fault.sentence
    )
    assert type(fault) is KeyFault


def test_F46_a_text_that_lacks_a_language_is_refused():
    lines = SMALL.splitlines(keepends=True)
    start = lines.index("[sms.code]\n")
    end = next(n for n in range(start, len(lines)) if lines[n].startswith("en = "))
    faults = scan_study("".join(lines[:end] + lines[end + 1 :])).faults
    assert [fault.key for fault in faults] == ["sms.code.en"]


def test_a_rule_without_a_case_is_refused():
    start = SMALL.index("[[rule.case]]")
    end = SMALL.index("[[rule]]", start)
    faults = scan_study(SMALL[:start] + SMALL[end:]).faults
    assert [fault.key for fault in faults] == ["rule.T01.case"]


@pytest.mark.parametrize("listed", ["visit = 3", "visit = [3]"])
def test_a_list_of_tables_must_be_one(listed):
    faults = scan_study(f"{listed}\n").faults
    assert any(f.key == "visit" and "list of tables" in f.sentence for f in faults)


def test_all_faults_are_told_at_once_and_the_first_names_the_field():
    broken = with_('version = "3"', "").replace("after_missed = 1", "")
    with pytest.raises(StudyFileFault) as refused:
        read_study(broken)
    assert refused.value.field == "version"
    assert "version:" in refused.value.message
    assert "missing.W1.task.after_missed:" in refused.value.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('id = "a"\nid = "b"\n', "id (line 2)"),
        ("[site]\nx = 1\n[site]\n", "site (line 3)"),
        ("\n\n=\n", "line 3"),
        ('id = "a\nx = 1', "id (line 1)"),
        ("a = 1\nb = [", "end of the file"),
        ('a = """', "end of the file"),
    ],
)
def test_broken_toml_is_named_with_its_place(text, place):
    reading = scan_study(text)
    assert reading.study is None
    assert [fault.key for fault in reading.faults] == [place]
    assert "not valid TOML" in reading.faults[0].sentence


def test_broken_toml_cannot_be_stored():
    with pytest.raises(StudyFileFault):
        whole_source("id = ")


def test_the_hash_is_that_of_the_text():
    assert read_study(SMALL).sha256 == read_study(SMALL).sha256
    assert read_study(SMALL + "# a note\n").sha256 != read_study(SMALL).sha256


def test_windows_line_ends_read_the_same():
    assert read_study(SMALL.replace("\n", "\r\n")).items == read_study(SMALL).items


def test_a_study_without_a_base_is_stored_as_it_stands():
    assert whole_source(SMALL) == SMALL
