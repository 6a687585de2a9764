"""What stands above a record: the study's curves, and the questions that it pins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.db.tables.diary import Entry, EntryVersion
from portal.protocol.study.form import Curve
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage import curve_points
from portal.protocol.triage.answer_words import AnswerInWords, spoken
from portal.protocol.triage.curve_points import CurveAxis

PINNED_COLUMNS, CURVE_DAYS = 7, 14


@dataclass(frozen=True)
class CurveDay:
    """A day on the curve: the worst reading in tenths, or None.

    ``beside``: what is shown next to it, such as where it was measured.
    """

    day: date
    tenths: int | None
    beside: Text | None


@dataclass(frozen=True)
class DrawnCurve:
    """One curve of the study, a point for each day."""

    axis: CurveAxis
    days: tuple[CurveDay, ...]


@dataclass(frozen=True)
class PinnedRow:
    """One pinned question over the newest entries, newest first."""

    label: Text
    answers: tuple[AnswerInWords | None, ...]


def curves(
    study: Study,
    entries: Mapping[int, Entry],
    merged: Mapping[int, Mapping[str, object]],
    today: date,
) -> tuple[DrawnCurve, ...]:
    """The last days up to today on each curve, each with its worst reading."""
    said = [(entries[number].local_date, merged[number]) for number in merged]
    return tuple(
        DrawnCurve(curve_points.axis(study, one), _days(study, one, said, today))
        for one in study.curves
    )


def _days(
    study: Study,
    curve: Curve,
    said: Sequence[tuple[date, Mapping[str, object]]],
    today: date,
) -> tuple[CurveDay, ...]:
    drawn: dict[date, CurveDay] = {}
    for day, answers in said:
        tenths = curve_points.tenths(study, curve, answers)
        known = drawn[day].tenths if day in drawn else None
        if known == curve_points.worst(curve, [known, tenths]):
            continue
        note = curve_points.beside(study, curve, answers)
        drawn[day] = CurveDay(day, tenths, note)
    days = [today - timedelta(days=ago) for ago in range(CURVE_DAYS - 1, -1, -1)]
    return tuple(drawn.get(day, CurveDay(day, None, None)) for day in days)


def pinned_rows(
    study: Study,
    merged: Mapping[int, Mapping[str, object]],
    versions: Mapping[int, Sequence[EntryVersion]],
) -> tuple[tuple[datetime, ...], tuple[PinnedRow, ...]]:
    """When the newest entries with a pinned answer came, and each question in them."""
    items = study.pinned.items if study.pinned else ()
    told = [number for number, said in merged.items() if set(items) & set(said)]
    told = told[:PINNED_COLUMNS]
    by_item = [{s.item: s for s in spoken(study, merged[number])} for number in told]
    rows = [
        PinnedRow(study.items[item].label, tuple(said.get(item) for said in by_item))
        for item in items
        if any(item in said for said in by_item)
    ]
    return tuple(versions[number][-1].received_at for number in told), tuple(rows)
