"""The rota's page: the duties there are, who holds them, and what nobody covers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.db.tables.people import Shift
from portal.people import rota
from portal.records.staff.work.rota_page import AHEAD, RotaPage, rota_page
from portal.runtime import Runtime
from tests.support.cast import Cast, cast


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def page(runtime: Runtime, people: Cast) -> RotaPage:
    now, site_id = runtime.now(), people.here.site.id
    with runtime.reading() as session:
        return rota_page(session, people.study_of, site_id, now=now, real_now=now)


def test_a_duty_that_no_study_has_stays_last_while_somebody_holds_it(
    runtime: Runtime, people: Cast
) -> None:
    before = page(runtime, people)
    with runtime.writing() as session:
        for house in (people.here, people.there):
            starts_at = runtime.now() - timedelta(days=1)
            rota.assign(session, house["nurse"], "porter", starts_at=starts_at)
    found = page(runtime, people)
    assert found.duties == (*before.duties, "porter")
    (held,) = (one for one in found.shifts if one.duty == "porter")
    assert held.staff_id == people.here["nurse"].id
    assert "porter" not in {gap.duty for gap in found.gaps}


def test_an_hour_without_a_paged_duty_is_a_gap_within_two_weeks(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        now = runtime.now()
        for shift in page(runtime, people).shifts:
            if shift.duty == "nurse":
                session.get_one(Shift, shift.shift_id).ends_at = now + timedelta(days=1)
    (gap,) = (one for one in page(runtime, people).gaps if one.duty == "nurse")
    assert (gap.starts_at, gap.ends_at) == (now + timedelta(days=1), now + AHEAD)
