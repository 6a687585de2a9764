"""The triage command: one answer for every line, whatever the line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli.triage import LONGEST_LINE, triage

CALM = '{"phase": "W1", "answers": {"emerg": []}}'


def run(*lines: bytes | str, ending: bytes = b"\n") -> tuple[list[dict[str, Any]], int]:
    given = [line.encode() if isinstance(line, str) else line for line in lines]
    result = CliRunner().invoke(triage, ["dcar-sle"], input=ending.join(given) + ending)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def answer(line: bytes | str) -> dict[str, Any]:
    answers, _ = run(line)
    assert len(answers) == 1
    return answers[0]


def test_a_line_is_answered_in_full() -> None:
    line = '{"phase": "W1", "answers": {"emerg": [], "temp": {"value": "38.0", "unit": "C"}}}'
    answers, status = run(line)
    assert answers == [
        {
            "tier": "urgent",
            "ack_minutes": 15,
            "findings": [{"rule": "T10", "tier": "urgent"}],
            "advice": ["M-U"],
            "faults": [],
        }
    ]
    assert status == 0


@pytest.mark.parametrize(
    ("note", "unread"),
    [
        *(("什么都不想说了，随便吧", True), ("a strange day", True)),
        *(("左手左脚突然没力", False), ("好的谢谢", False), ("昨晚抽搐了", False)),
    ],
)
def test_words_that_nothing_raised_are_said_to_be_unread(
    note: str, unread: bool
) -> None:
    line = json.dumps({"phase": "W1", "answers": {"emerg": [], "note": note}})
    said = answer(line)
    assert said.get("unread_words", False) is unread
    if unread:
        assert said["tier"] == "routine"


def test_earlier_entries_are_read_newest_first() -> None:
    past = '[{"days_ago": 1, "answers": {"fatigue": 1}}, {"days_ago": 2, "answers": {"fatigue": 0}}]'
    judged = answer(
        f'{{"phase": "W1", "answers": {{"emerg": [], "fatigue": 2}}, "previous": {past}}}'
    )
    assert judged["findings"] == []


def test_calm_is_said_with_no_clock_as_null() -> None:
    judged = answer(CALM)
    assert judged["ack_minutes"] is None
    assert judged["advice"] == ["M-R"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("no json", "line"),
        ("5", "line"),
        ("null", "line"),
        ("[]", "line"),
        ("{", "line"),
        ("[" * 100_000, "line"),
        ('{"phase": "W1", "answers": ' + '{"a":' * 50_000 + "1" + "}" * 50_001, "line"),
        (b'{"phase": "W1", "answers": {"note": "\xff"}}', "line"),
        (b"\x00", "line"),
        ("{}", "answers"),
        ('{"phase": "W1"}', "answers"),
        ('{"phase": "W1", "answers": []}', "answers"),
        ('{"phase": "W1", "answers": null}', "answers"),
        ('{"answers": {"emerg": []}}', "phase"),
        ('{"phase": "W9", "answers": {"emerg": []}}', "phase"),
        ('{"phase": ["W1"], "answers": {"emerg": []}}', "phase"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": true}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": NaN}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": -Infinity}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": 1e999}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": ' + "9" * 5000 + "}}", "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "fever": "yes"}}', "fever"),
        ('{"phase": "W1", "answers": {"emerg": [], "note": "\\ud800"}}', "note"),
        ('{"phase": "W1", "answers": {"emerg": [], "note": "a\\u0000"}}', "note"),
        ('{"phase": "W1", "answers": {"emerg": [], "note": "' + "a" * 3_000_000 + '"}}', "note"),
        ('{"phase": "W1", "answers": {"emerg": []}, "previous": 5}', "previous"),
        ('{"phase": "W1", "answers": {"emerg": []}, "previous": [5]}', "previous[0]"),
        ('{"phase": "W1", "answers": {"emerg": []}, "previous": [{"answers": {}}]}', "previous[0].days_ago"),
        ('{"phase": "W1", "answers": {"emerg": []}, "previous": [{"days_ago": true, "answers": {}}]}', "previous[0].days_ago"),
        ('{"phase": "W1", "answers": {"emerg": []}, "previous": [{"days_ago": 1}]}', "previous[0].answers"),
        ('{"phase": "W1", "answers": {"emerg": []}, "source": "fax"}', "source"),
        ('{"phase": "W1", "answers": {"emerg": []}, "source": ["app"]}', "source"),
        ('{"phase": "W1", "phase": "W3", "answers": {"emerg": []}}', "phase"),
        ('{"phase": "W1", "answers": {"emerg": []}, "answers": {"emerg": []}}', "answers"),
        ('{"phase": "W1", "answers": {"emerg": [], "chills": 0, "chills": 0}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": [], "temp": {"value": "36", "value": "37", "unit": "C"}}}', "value"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_judged_names_the_field_and_the_run_goes_on(
    line: bytes | str, named: str
) -> None:
    answers, status = run(CALM, line, CALM)
    assert [set(one) == {"error"} for one in answers] == [False, True, False]
    assert answers[1]["error"].startswith(f"{named}: ")
    assert status == 1


@pytest.mark.parametrize(
    "pair",
    ['"emerg": ["seizure"], "emerg": []', '"emerg": [], "emerg": ["seizure"]'],
)
def test_a_key_given_twice_is_refused_and_its_red_flag_is_told(pair: str) -> None:
    refused = answer(f'{{"phase": "W1", "answers": {{{pair}}}}}')
    assert refused["error"].startswith("emerg: ")
    assert "emergency" in refused["error"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"answers": {"emerg": ["seizure"]}}', "phase"),
        ('{"phase": "W1", "answers": {"emerg": ["seizure"], "chills": NaN}}', "chills"),
        ('{"phase": "W1", "answers": {"emerg": ["seizure"], "x": 1}}', "x"),
        (
            '{"phase": "W1", "answers": {"emerg": ["seizure"]}, "previous": 5}',
            "previous",
        ),
        ('{"phase": "W1", "answers": {"emerg": ["seizure"], "\\ud800": 1}}', "\ud800"),
    ],
)
def test_a_red_flag_beside_an_invalid_field_wins_and_the_fault_is_named(
    line: str, named: str
) -> None:
    answers, status = run(line)
    assert answers[0]["tier"] == "emergency"
    assert [fault["field"] for fault in answers[0]["faults"]] == [named]
    assert all(fault["problem"] for fault in answers[0]["faults"])
    assert status == 0


def test_a_missing_red_flag_answer_is_named_except_by_text_or_telephone() -> None:
    missing = answer('{"phase": "W1", "answers": {}}')
    assert [fault["field"] for fault in missing["faults"]] == ["emerg"]
    assert answer('{"phase": "W1", "answers": {}, "source": "phone"}')["faults"] == []


def test_a_key_beside_the_known_ones_is_named_and_blocks_nothing() -> None:
    judged = answer('{"phase": "W1", "answers": {"emerg": []}, "previuos": []}')
    assert judged["tier"] == "routine"
    assert [fault["field"] for fault in judged["faults"]] == ["previuos"]


def test_blank_lines_windows_endings_and_a_byte_order_mark_are_no_trouble() -> None:
    answers, status = run(
        b"\xef\xbb\xbf" + CALM.encode(), "", "  ", CALM, ending=b"\r\n"
    )
    assert [one["tier"] for one in answers] == ["routine", "routine"]
    assert status == 0


def test_a_line_too_long_to_read_is_refused_and_the_next_is_judged() -> None:
    answers, status = run(b"x" * (2 * LONGEST_LINE + 5), CALM)
    assert answers[0]["error"].startswith("line: ")
    assert answers[1]["tier"] == "routine"
    assert status == 1


def test_no_lines_are_no_trouble() -> None:
    assert run("") == ([], 0)


def test_an_unknown_study_is_named() -> None:
    result = CliRunner().invoke(triage, ["no-such"], input="")
    assert result.exit_code != 0
    assert "no-such" in result.output


def test_a_line_may_say_where_the_person_is() -> None:
    fever = '"answers": {"emerg": [], "temp": {"value": "38.4", "unit": "C"}}'
    judged = answer(f'{{"phase": "W1", "place": "unknown", {fever}}}')
    assert judged["advice"] == ["M-W", "M-U"]
    wrong = answer(f'{{"phase": "W1", "place": "moon", {fever}}}')
    assert wrong["advice"] == ["M-U"]
    assert [fault["field"] for fault in wrong["faults"]] == ["place"]
