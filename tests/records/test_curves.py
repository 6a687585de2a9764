"""A reading of nothing at all, such as no pain, is a reading and stands on the curve."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from portal.db.tables.diary import Entry
from portal.protocol.study.model import Study
from portal.records.own.history import OwnEntry
from portal.records.staff.pinned import curves
from portal.study_files import load_study
from portal.web.participant import history

TODAY = date(2026, 3, 12)


@pytest.fixture
def study() -> Study:
    """Its curve draws pain from 0 to 10."""
    found = load_study("hypertension")
    curve = replace(found.curves[0], items=("sbp",), least=0, most=10, beside=None)
    pain = replace(found.items["sbp"], plausible=(0, 10))
    items = {**found.items, "sbp": pain}
    return replace(found, items=items, curves=(curve,))


@pytest.mark.parametrize(
    ("said", "tenths"),
    [(["0"], 0), (["0", "4"], 40), (["4", "0"], 40), ([], None), (["x", "0"], 0)],
)
def test_staff_see_the_highest_reading_of_a_day_also_0(
    study: Study, said: list[str], tenths: int | None
) -> None:
    entries = {number: Entry(local_date=TODAY) for number in range(len(said))}
    merged = {number: {"sbp": value} for number, value in enumerate(said)}
    (curve,) = curves(study, entries, merged, TODAY)
    assert curve.days[-1].tenths == tenths


def test_participants_see_0_and_not_a_missing_day(app: Flask, study: Study) -> None:
    about = cast("Any", SimpleNamespace(study=study))
    entry = OwnEntry(
        1, TODAY, "self", datetime(2026, 3, 12, tzinfo=UTC), True, {"sbp": "0"}, ()
    )
    nothing = replace(entry, answers={})
    (curve,) = study.curves
    with app.test_request_context("/history"):
        assert history._point(about, curve, entry)["value"] == 0
        assert history._point(about, curve, nothing)["value"] is None
        assert history._readings(about, entry)
        assert history._readings(about, nothing) is None
