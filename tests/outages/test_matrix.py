"""Faults of the matrix in docs/reliability.md that have no better place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import study_versions
from portal.audit import Actor
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.diary.journal import journal_file
from portal.engine import beats
from portal.messages.gateways.gateway import LookupFailed
from portal.messages.gateways.twilio import gateway
from portal.operating import health
from portal.people.case import Case
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import cast, enrolled
from tests.support.clock import Clock
from tests.support.source import ROOT

LEAP = "Thu, 31 Dec 2026 23:59:60 GMT"


def test_F18_a_provider_in_a_leap_second_is_asked_again_and_crashes_nothing() -> None:
    with pytest.raises(LookupFailed):
        gateway._clock(SimpleNamespace(headers={"date": LEAP}))  # type: ignore[arg-type]


def test_F18_a_line_with_a_sixtieth_second_spoils_no_other(tmp_path: Path) -> None:
    journal = tmp_path / "red-flags"
    journal.write_text('{"line": "paged", "at": "2026-12-31T23:59:60+00:00"}\n')
    assert journal_file.read(str(journal)).paged == ()


def test_F18_a_beat_from_the_future_is_no_negative_age(
    runtime: Runtime, clock: Clock
) -> None:
    with runtime.writing() as session:
        soon = clock() + timedelta(seconds=1)
        beats.beat(session, "one", acting=True, real_now=soon)
    with runtime.reading() as session:
        found = health.health(session, clock(), now=clock())
    assert "completed a cycle 0 s ago" in [part.detail for part in found.parts]


def test_F60_a_study_file_that_raises_the_threshold_changes_nobody_who_is_followed(
    runtime: Runtime, clock: Clock
) -> None:
    people = cast(runtime)
    source = (ROOT / "studies" / "dcar-sle.toml").read_text("utf-8")
    with runtime.writing() as session:
        before = enrolled(session, people)
        higher = read_study(source.replace('at_least = "38.0"', 'at_least = "39.0"'))
        newer = study_versions.install(session, higher, source, now=clock())
        assert newer.id != before.study_version_id
    with runtime.writing() as session:
        person = session.get_one(Participant, before.id)
        fever = Submission(
            version_id=str(uuid4()),
            kind="complete",
            answers={"emerg": [], "temp": {"value": "38.0", "unit": "C"}},
            reporter="self",
            language="zh",
            actor=Actor("participant", str(person.id)),
        )
        study = runtime.study(session, person.study_version_id)
        entries.submit(Case(session, study, person, clock()), fever)
        assert session.scalars(select(Alert.tier)).all() == [Tier.URGENT.value]
