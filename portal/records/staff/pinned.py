"""What is pinned above a record: the temperature curve, and the neurologic signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.db.diary import Entry, EntryVersion
from portal.protocol.demands.items import NERVES
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import AnswerInWords, spoken
from portal.protocol.words.numbers import read_temperature

"""The answers in which neurotoxicity shows first; staff see them side by side."""
NEURO_COLUMNS, CURVE_DAYS = 7, 14


@dataclass(frozen=True)
class CurveDay:
    """A day on the temperature curve: the highest reading in tenths of ℃, or None.

    ``site``: where it was measured, if that was said.
    """

    day: date
    tenths: int | None
    site: Text | None


@dataclass(frozen=True)
class Neuro:
    """One neurological question over the newest entries, newest first."""

    label: Text
    answers: tuple[AnswerInWords | None, ...]


def curve(
    study: Study,
    entries: Mapping[int, Entry],
    merged: Mapping[int, Mapping[str, object]],
    today: date,
) -> tuple[CurveDay, ...]:
    """The last days up to today, each with its highest reading."""
    highest: dict[date, CurveDay] = {}
    for number, answers in merged.items():
        day = entries[number].local_date
        read = [read_temperature(answers.get(name)) for name in ("temp", "temp_max")]
        tenths = max((one.tenths for one in read if one.tenths is not None), default=0)
        known = highest.get(day)
        if tenths and (known is None or tenths > (known.tenths or 0)):
            highest[day] = CurveDay(day, tenths, _site(study, answers))
    days = [today - timedelta(days=ago) for ago in range(CURVE_DAYS - 1, -1, -1)]
    return tuple(highest.get(day, CurveDay(day, None, None)) for day in days)


def _site(study: Study, answers: Mapping[str, object]) -> Text | None:
    where = {"temp_site": answers["temp_site"]} if "temp_site" in answers else {}
    return next((one.words for one in spoken(study, where)), None)


def neuro_panel(
    study: Study,
    merged: Mapping[int, Mapping[str, object]],
    versions: Mapping[int, Sequence[EntryVersion]],
) -> tuple[tuple[datetime, ...], tuple[Neuro, ...]]:
    """When the newest entries about these signs came, and each sign across them."""
    told = [number for number, said in merged.items() if set(NERVES) & set(said)]
    told = told[:NEURO_COLUMNS]
    by_item = [{s.item: s for s in spoken(study, merged[number])} for number in told]
    rows = [
        Neuro(study.items[item].label, tuple(said.get(item) for said in by_item))
        for item in NERVES
        if item in study.items and any(item in said for said in by_item)
    ]
    return tuple(versions[number][-1].received_at for number in told), tuple(rows)
