"""``python -m portal study``: what a trial team types, and what it reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from portal import study_versions
from portal.cli import cli
from portal.protocol.demands.reference import BEGINS, ENDS
from portal.protocol.printed.ladder_words import rung_words
from portal.protocol.printed.timeline_words import visit_when
from portal.protocol.study.file.reading import read_study
from portal.study_files import STUDIES, load_study, study_names, study_source
from tests.support.small_study import SMALL, with_


def run(*words):
    return CliRunner().invoke(cli, ["study", *words])


@pytest.mark.thorough  # ./test itself runs the command
def test_check_without_a_file_checks_every_study_that_comes_with_the_portal():
    told = run("check", "--quick")
    assert told.exit_code == 0
    assert "dcar-sle.toml: no fault found." in told.output
    assert "udcar-sle.toml: no fault found." in told.output


def test_check_names_file_key_and_sentence_of_every_fault(tmp_path):
    faulty, well = tmp_path / "faulty.toml", tmp_path / "well.toml"
    text = with_('advice = "M-R"', 'advice = "M-X"').replace("Ring.", "请按铃。")
    faulty.write_text(text, encoding="utf-8")
    well.write_text(SMALL, encoding="utf-8")
    told = run("check", "--quick", str(faulty), str(well))
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        f'{faulty}: tier.routine.advice: there is no message "M-X".',
        f"{faulty}: message.M-W: both languages hold the same words: translate one.",
        f"{well}: no fault found.",
    ]


def test_check_gives_json_to_programs(tmp_path):
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('id = "a"\nid = "b"\n', encoding="utf-8")
    told = run("check", "--json", str(faulty))
    assert told.exit_code == 1
    (fault,) = json.loads(told.output)
    assert fault["file"] == str(faulty)
    assert fault["key"] == "id (line 2)"
    assert "not valid TOML" in fault["sentence"]


def test_check_judges_by_a_gateways_caps(tmp_path):
    greedy = tmp_path / "greedy.toml"
    text = with_("texts_per_person_day = 10", "texts_per_person_day = 5000")
    greedy.write_text(text, encoding="utf-8")
    assert run("check", "--quick", str(greedy)).exit_code == 0
    told = run("check", "--gateway", "log", str(greedy))
    assert told.exit_code == 1
    assert "paging.texts_per_person_day: 5000 a day" in told.output


@pytest.mark.thorough
def test_check_ends_by_using_a_file_without_faults(tmp_path):
    well = tmp_path / "well.toml"
    well.write_text(SMALL, encoding="utf-8")
    told = run("check", str(well))
    assert told.exit_code == 0
    lines = told.stderr.splitlines()
    assert lines[0] == f"{well}: in use: calm diaries …"
    assert lines[-1] == f"{well}: in use: texts and calls …"
    assert told.stdout.splitlines() == [f"{well}: no fault found."]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'id = "\xc3\x28"'])
def test_check_survives_a_file_that_is_no_text(tmp_path, content):
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    told = run("check", str(path))
    assert told.exit_code == 1
    assert "cannot be read as UTF-8 text" in told.output


def test_check_names_a_file_that_is_not_there():
    told = run("check", "no-such-study")
    assert told.exit_code == 1
    assert 'no-such-study: file: There is no study "no-such-study".' in told.output


def test_a_base_lies_beside_the_file_or_comes_with_the_portal(tmp_path):
    (tmp_path / "mine.toml").write_text(SMALL, encoding="utf-8")
    child = tmp_path / "child.toml"
    child.write_text('base = "mine"\nversion = "9"\n', encoding="utf-8")
    assert load_study(str(child)).id == "small-trial"
    child.write_text('base = "dcar-sle"\nversion = "9"\n', encoding="utf-8")
    assert load_study(str(child)).id == "dcar-sle"
    assert run("check", "--quick", str(child)).exit_code == 0


@pytest.mark.parametrize("base", ["../secret", "none-such"])
def test_a_base_elsewhere_is_refused(tmp_path, base):
    child = tmp_path / "child.toml"
    child.write_text(f'base = "{base}"\n', encoding="utf-8")
    told = run("check", str(child))
    assert told.exit_code == 1
    assert f"{child}: base: " in told.output


def test_the_stored_text_of_a_derived_study_needs_no_other_file():
    source = study_source("udcar-sle")
    assert STUDIES.joinpath("dcar-sle.toml").read_text(encoding="utf-8") in source


def test_calendar_gives_every_visit_to_programs():
    told = run("calendar", "dcar-sle", "--d0", "2026-03-10", "--json")
    assert told.exit_code == 0
    visits = json.loads(told.output)
    assert [visit["code"] for visit in visits] == [
        *("D14", "D28", "M3", "M6", "M9", "M12", "M18", "M24")
    ]
    assert visits[0] == {
        "code": "D14",
        "date": "2026-03-24",
        "opens": "2026-03-22",
        "closes": "2026-03-26",
    }


def test_calendar_prints_a_table_for_people():
    lines = run("calendar", "dcar-sle", "--d0", "2026-03-10").output.splitlines()
    assert "D0 Tue 2026-03-10" in lines[0]
    assert lines[1].split() == ["visit", "day", "date", "opens", "closes"]
    assert lines[2].split()[:4] == ["D14", "14", "Tue", "2026-03-24"]
    assert lines[9].split()[0] == "M24"
    assert lines[10:12] == ["", "phase   day  from"]
    assert [line.split()[:4] for line in lines[12:]] == [
        ["W1", "0", "Tue", "2026-03-10"],
        ["W2", "29", "Wed", "2026-04-08"],
        ["W3", "93", "Thu", "2026-06-11"],
        ["W4", "732", "Sat", "2028-03-11"],
    ]


DOSES = ("calendar", "vaccine-2dose", "--d0", "2026-03-10")


def test_calendar_shows_the_phases_of_an_event_once_its_day_is_said():
    waiting = run(*DOSES).output
    (line,) = [one for one in waiting.splitlines() if one.startswith("dose2 ")]
    assert "after dose2: --event dose2=YYYY-MM-DD" in line
    told = run(*DOSES, "--event", "dose2=2026-04-09")
    assert told.exit_code == 0
    phases = told.output.splitlines()[told.output.splitlines().index("") + 2 :]
    begun = {line.split()[0]: line.split()[1:4] for line in phases}
    assert begun["dose1"] == ["0", "Tue", "2026-03-10"]
    assert begun["dose2"] == ["30", "Thu", "2026-04-09"]
    assert begun["later"] == ["37", "Thu", "2026-04-16"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            (*DOSES, "--event", "dose3=2026-04-07"),
            'no event "dose3". Its events: dose2 (Dose 2).',
        ),
        ((*DOSES, "--event", "dose2=soon"), '"soon" is not a date such as'),
        ((*DOSES, "--event", "dose2"), '"" is not a date such as'),
        ((*DOSES, "--event", "dose2=2026-03-09"), "dose2 cannot be before D0"),
        (
            (
                "calendar",
                "dcar-sle",
                "--d0",
                "2026-03-10",
                "--event",
                "dose2=2026-04-07",
            ),
            'dcar-sle has no event "dose2". It has none: leave --event out.',
        ),
    ],
)
def test_calendar_refuses_kindly_an_event_that_the_study_does_not_have(words, said):
    told = run(*words)
    assert told.exit_code == 2
    assert said in " ".join(told.output.replace("│", " ").split())
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    "d0", ["10.03.2026", "2026-02-30", "", "2026-3", "9999-12-31", "0001-01-01x"]
)
def test_calendar_refuses_what_is_no_date(d0):
    told = run("calendar", "dcar-sle", "--d0", d0)
    assert told.exit_code == 2
    assert "--d0" in told.output


def test_calendar_of_an_unknown_study_says_which_are_known():
    told = run("calendar", "dcar", "--d0", "2026-03-10")
    assert told.exit_code == 1
    assert ", ".join(study_names()) in told.output


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "zh")])
def test_show_prints_everything_a_participant_reads(language, other):
    told = run("show", "dcar-sle", "--language", language).output
    study = load_study("dcar-sle")
    for item in study.items.values():
        assert item.label.say(language) in told
        assert item.label.say(other) not in told
        for choice in item.choices:
            assert choice.label.say(language) in told
    for group in study.groups:
        assert group.title.say(language) in told
    for known in (*study.messages, *study.texts):
        assert f"\n{known}  " in told
    assert "{" not in told


def test_show_fills_clocks_and_numbers():
    told = run("show", "dcar-sle", "--language", "zh").output
    lines = {line.split("  ")[0]: line for line in told.splitlines()}
    assert "请立即拨打120" in lines["M-E"]
    assert "15分钟内没有接到电话，请拨打028-5550 0120" in lines["M-U"]
    assert "60分钟内没有接到电话" in lines["M-U2"]
    assert "未批准" in told


REPR = re.compile(
    r"Text\(|\bTrue\b|\bFalse\b|(?<!○ )\bNone\b(?! of)|\w+\(\w+=|\['|\('|': |<\w+[. ]|%\(|\bTier\."
)
"""How Python writes a value that nobody put into words."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", study_names())
def test_show_prints_no_value_as_python_writes_it(name, language):
    told = run("show", name, "--language", language)
    assert told.exit_code == 0
    assert REPR.findall(told.output) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_show_says_what_an_investigator_signs(language):
    study, told = (
        load_study("dcar-sle"),
        run("show", "dcar-sle", "--language", language).output,
    )
    rules = {
        rule.id: told.index(f"\n{rule.id}  {rule.title.say(language)}\n")
        for rule in study.rules
    }
    assert list(rules.values()) == sorted(rules.values())
    for visit in study.visits:
        assert (
            f"\n{visit.code}  {visit.title.say(language)} · {visit_when(visit).say(language)}\n"
            in told
        )
    for phase in study.phases:
        assert f"\n{phase.code}  {phase.title.say(language)}\n" in told
    for policy in study.policies.values():
        begin = told.index(f"\n{policy.title.say(language)}\n", max(rules.values()))
        for step in policy.steps if policy.tier.pages else ():
            begin = told.index(
                f"\n        {rung_words(study, step).say(language)}\n", begin
            )
    for plan in study.missing.values():
        for hour in (
            plan.due,
            plan.task.at,
            plan.task.ack_by,
            *(one.at for one in plan.reminders),
        ):
            assert hour in told
        assert plan.task.title.say(language) in told
    for one in study.reminders.dated:
        assert study.messages[one.message].text.say(language)[-12:] in told


def test_show_says_of_a_rule_when_it_holds_its_clock_what_is_read_and_whose_work_it_is():
    lines = run("show", "dcar-sle", "--language", "en").output.splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("T22  "))
    assert lines[begin + 1].startswith("    source: ")
    late = lines[
        begin : next(n for n in range(begin + 1, len(lines)) if lines[n][:1] == "T")
    ]
    assert any(
        line.startswith("    in W3, W4, if ")
        and line.endswith(": Urgent, within 60 min")
        for line in late
    )
    assert any(
        "The participant reads M-U2: " in line and "60 minutes" in line for line in late
    )
    assert "        The ladder of this tier pages the team." in late
    task = next(line for line in lines if "It is a task for nurse" in line)
    assert task.endswith(
        "due: received 08:00–20:00: within 240 min, at the latest 21:00; otherwise the next 09:00."
    )


def test_show_prints_the_phrases_of_each_sign_under_its_title_and_tier():
    study = load_study("dcar-sle")
    lines = run("show", "dcar-sle", "--language", "en").output.splitlines()
    for sign in study.signs:
        tier = study.policies[sign.tier].title.say("en")
        at = lines.index(f"{sign.id}  {sign.title.say('en')} · {tier}")
        assert lines[at + 1] == f"    stated by: {'; '.join(sign.phrases['en'])}"
        if sign.except_in.get("en"):
            hidden = "; ".join(sign.except_in["en"])
            assert lines[at + 2] == f"    but not by: {hidden}"


def test_show_prints_the_lists_of_words_of_a_study_without_signs():
    (words,) = [one for one in load_study("hypertension").words if one.language == "en"]
    told = run("show", "hypertension", "--language", "en").output
    assert f"\nEmergency: {'; '.join(words.emergency)}\n" in told
    assert f"\nwords that deny: {'; '.join(words.negations)}\n" in told


def test_show_prints_curves_and_what_is_pinned():
    lines = run("show", "dcar-sle", "--language", "en").output.splitlines()
    begin = lines.index("## Above each record, for staff")
    shown = lines[begin : lines.index("## Diary")]
    study = load_study("dcar-sle")
    (curve,), pinned = study.curves, study.pinned
    assert curve.title.say("en") in shown
    assert "    Lines at 38.0; from 38.0 on a reading stands out." in shown
    at = shown.index(pinned.title.say("en"))
    asked = [f"{study.items[one].label.say('en')} ({one})" for one in pinned.items]
    assert shown[at + 1] == f"    The newest answers to: {'; '.join(asked)}."


def test_show_says_who_gets_a_text_about_an_overdue_task_and_no_ladder_of_it():
    lines = run("show", "dcar-sle", "--language", "en").output.splitlines()
    begin = lines.index("## Clocks and ladders")
    same_day = lines[lines.index("Same day", begin) : lines.index("Routine", begin)]
    assert "    If the task is overdue, one text goes to nurse." in same_day
    assert not any("at once:" in line for line in same_day)


def test_show_without_a_language_prints_both():
    told = run("show", "udcar-sle").output
    assert told.index("供者脐带血") < told.index("donor cord blood")


def test_reference_prints_all_that_is_asked_and_puts_it_into_a_document(tmp_path):
    said = run("reference").output
    assert "| `unanswered` | always | **`{phone}`**" in said
    document = tmp_path / "own.md"
    document.write_text(
        f"# Ours\n{BEGINS}\nthe reference of last year\n{ENDS}\nAfter.\n", "utf-8"
    )
    assert run("reference", str(document)).exit_code == 0
    written = document.read_text("utf-8")
    assert said.strip() in written
    assert "last year" not in written
    assert written.endswith("After.\n")


@pytest.mark.parametrize("command", ["check", "calendar", "show", "reference"])
def test_every_command_shows_an_example(command):
    told = run(command, "--help")
    assert told.exit_code == 0
    assert f"Example: ./run portal study {command}" in " ".join(told.output.split())


def test_study_lists_its_commands():
    told = run("--help").output
    for command in ("check", "calendar", "show", "triage", "reference"):
        assert command in told


def test_the_calendar_needs_neither_web_framework_nor_database():
    code = (
        "import sys; from portal.cli import cli;"
        "cli(['study', 'calendar', 'dcar-sle', '--d0', '2026-03-10'],"
        " standalone_mode=False);"
        "heavy = {'flask', 'sqlalchemy', 'twilio', 'apscheduler'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_diff_says_what_became_stricter_of_two_files(tmp_path):
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(SMALL, encoding="utf-8")
    new.write_text(with_("days = 28", "days = 30"), encoding="utf-8")
    told = run("diff", str(old), str(new))
    assert told.exit_code == 0
    assert told.output.splitlines()[:2] == [
        "small-trial 3 → small-trial 3",
        "stricter 0 · calmer 0 · changed 1",
    ]
    assert "    now: day 30, −3/+3 days" in told.output
    chinese = run("diff", str(old), str(new), "--language", "zh").output
    assert "    现在: 第30天，−3/+3天" in chinese
    assert run("diff", str(old), str(old)).output.endswith("do not differ.\n")


@pytest.mark.smoke
def test_diff_takes_a_version_that_the_database_keeps(runtime, monkeypatch, tmp_path):
    settings = runtime.settings
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.secret_key)
    texts = (SMALL, with_("days = 28", "days = 30"), with_('"3"', '"4"'))
    with runtime.writing() as session:
        for text in texts:
            study = read_study(text)
            study_versions.install(session, study, text, now=runtime.now())
    new = tmp_path / "new.toml"
    new.write_text(with_("months = 3", "months = 4"), encoding="utf-8")
    assert "month 4" in run("diff", "4", str(new)).output
    assert "month 4" in run("diff", "small-trial@4", str(new)).output
    twice = run("diff", "3", str(new))
    assert twice.exit_code == 1
    assert "names several versions" in twice.stderr
    hashes = [read_study(text).sha256[:8] for text in texts]
    assert "day 30" in run("diff", *hashes[:2]).output
    assert run("diff", "nothing", hashes[0]).exit_code == 1
    listed = run("versions").output.splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [
        ["small-trial", "3", hashes[0]],
        ["small-trial", "3", hashes[1]],
        ["small-trial", "4", hashes[2]],
    ]
