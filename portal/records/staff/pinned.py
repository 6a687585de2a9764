"""What stands above a record: the study's curve, and the questions that it pins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.db.diary import Entry, EntryVersion
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage import curve_points
from portal.protocol.triage.answer_words import AnswerInWords, spoken

PINNED_COLUMNS, CURVE_DAYS = 7, 14


@dataclass(frozen=True)
class CurveDay:
    """A day on the curve: the highest reading in tenths, or None.

    ``beside``: what is shown next to it, such as where it was measured.
    """

    day: date
    tenths: int | None
    beside: Text | None


@dataclass(frozen=True)
class PinnedRow:
    """One pinned question over the newest entries, newest first."""

    label: Text
    answers: tuple[AnswerInWords | None, ...]


def curve(
    study: Study,
    entries: Mapping[int, Entry],
    merged: Mapping[int, Mapping[str, object]],
    today: date,
) -> tuple[CurveDay, ...]:
    """The last days up to today, each with its highest reading; () without a curve."""
    if study.curve is None:
        return ()
    highest: dict[date, CurveDay] = {}
    for number, answers in merged.items():
        day, tenths = entries[number].local_date, curve_points.tenths(study, answers)
        known = highest.get(day)
        if tenths and (known is None or tenths > (known.tenths or 0)):
            highest[day] = CurveDay(day, tenths, curve_points.beside(study, answers))
    days = [today - timedelta(days=ago) for ago in range(CURVE_DAYS - 1, -1, -1)]
    return tuple(highest.get(day, CurveDay(day, None, None)) for day in days)


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
