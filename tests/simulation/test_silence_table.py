"""The table of hours in docs/reliability.md is what the command prints."""

from __future__ import annotations

from portal.protocol.calendar.study_days import phase_on
from portal.study_files import load_study
from tests.simulation.silence import ALL, asked, somebody, table
from tests.support.source import ROOT


def test_the_table_of_silence_in_the_document_is_what_the_rules_say() -> None:
    document = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    assert "\n".join(table()) in document, "python -m tests.simulation.silence"


def test_every_phase_with_a_diary_that_is_due_is_in_the_table() -> None:
    study = load_study("dcar-sle")
    told = {phase_on(study, somebody(one).milestones, one.last().date()) for one in ALL}
    assert told == set(study.missing)


def test_in_every_phase_the_doctor_comes_after_the_first_call_and_within_a_day() -> (
    None
):
    study = load_study("dcar-sle")
    for one in ALL:
        first, doctor = asked(study, one)
        assert one.last() < first.at < doctor.at
        assert (doctor.at - first.at).total_seconds() < 24 * 3600
