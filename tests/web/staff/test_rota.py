"""The rota's page: holidays and swaps, by the hospital's own clock."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.db.tables.people import Shift
from portal.runtime import Runtime
from tests.support.cast import cast
from tests.support.desk import seated


@pytest.mark.smoke
def test_a_swap_is_put_in_and_both_shifts_say_so(app: Flask, runtime: Runtime) -> None:
    people = cast(runtime)
    coordinator = seated(app, runtime, people.here["coordinator"])
    fields = {
        "staff_id": str(people.here["doctor"].id),
        "role": "nurse",
        "starts_at": "2026-03-12T08:00",
        "ends_at": "2026-03-12T20:00",
        "override": "yes",
    }
    answer = coordinator.submit("/staff/rota", fields)
    assert answer.headers["Location"] == "/staff/rota"
    page = coordinator.get("/staff/rota").text
    assert "in place of the usual shifts" in page
    assert "somebody else stands in now" in page
    with runtime.reading() as session:
        (shift,) = session.query(Shift).filter_by(override=True)
        assert f"{shift.starts_at:%H:%M}" == "00:00", "08:00 in Chengdu"
    without_end = coordinator.submit("/staff/rota", {**fields, "ends_at": ""})
    assert without_end.status_code == 400
    assert "Say until when" in without_end.text
    assert "checked" in without_end.text
