"""What a day has on a curve: the worst reading, high or low; 0 is a reading too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from portal.db.tables.diary import Entry
from portal.protocol.study.model import Study
from portal.protocol.triage import curve_points
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


@pytest.mark.parametrize(
    ("said", "tenths"),
    [(["9", "4"], 40), (["4", "9"], 40), (["x", "7"], 70), (["0", "5"], 0), ([], None)],
)
def test_where_a_low_reading_is_the_bad_one_the_lowest_of_a_day_counts(
    app: Flask, study: Study, said: list[str], tenths: int | None
) -> None:
    low = replace(study.curves[0], low=True, lines=("2", "5"))
    study = replace(study, curves=(low,))
    entries = {number: Entry(local_date=TODAY) for number in range(len(said))}
    merged = {number: {"sbp": value} for number, value in enumerate(said)}
    (drawn,) = curves(study, entries, merged, TODAY)
    assert drawn.days[-1].tenths == tenths
    about = cast("Any", SimpleNamespace(study=study))
    at = datetime(2026, 3, 12, tzinfo=UTC)
    own = [OwnEntry(1, TODAY, "self", at, True, one, ()) for one in merged.values()]
    with app.test_request_context("/history"):
        points = history._curve(about, low, own)["readings"]
    value = None if tenths is None else tenths / 10
    assert [one["value"] for one in points] == [value] * bool(said)


def test_a_low_reading_stands_out_from_the_highest_line_down(study: Study) -> None:
    lined = replace(study.curves[0], lines=("2", "5"))
    outs = {
        low: [
            curve_points.axis(study, replace(lined, low=low)).stands_out(value)
            for value in (1, 2, 4, 5, 6)
        ]
        for low in (False, True)
    }
    assert outs[False] == [False, True, True, True, True]
    assert outs[True] == [True, True, True, True, False]


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


@pytest.mark.parametrize("low", [False, True])
def test_without_lines_no_reading_stands_out(study: Study, low: bool) -> None:
    bare = curve_points.axis(study, replace(study.curves[0], lines=(), low=low))
    assert not any(bare.stands_out(value) for value in (0, 36.5, 42))
