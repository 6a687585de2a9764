"""Own past entries: a list with the study's curves, and one entry in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.diary import correction_requests
from portal.diary.submission import CHANGED_AFTERWARDS
from portal.protocol.calendar import study_days
from portal.protocol.study.form import Curve
from portal.protocol.triage import curve_points
from portal.protocol.triage.answer_words import spoken
from portal.records.own import history as entries
from portal.records.own import today as days
from portal.records.own.history import PAGE, OwnEntry
from portal.records.own.symptom_grid import SymptomCell, SymptomRow, symptom_grid
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ReporterKind
from portal.web.frame import access, filters
from portal.web.frame.access import passive
from portal.web.frame.language import gettext, language, tongue
from portal.web.participant.blueprint import (
    Subject,
    blueprint,
    subject,
    together,
)
from portal.web.parts.advice import who_answered, words_receipt
from portal.web.parts.navigation import navigation

CURVE_DAYS = 14
GRID_DAYS = 7  # newest first: a small phone shows the first of them
STRONGEST = 3
EMERGENCY, THERE = 4, 5  # the cells of a ticked red flag; of a sign without levels


@blueprint.get("/history")
def history() -> ResponseReturnValue:
    before = request.args.get("before", type=int)
    with access.runtime().reading() as db:
        about = subject(db)
        found = entries.newest(db, about.case.participant, before=before)
    return render_template(
        "participant/history.html",
        entries=[_card(about, entry) for entry in found],
        curves=_curves(about, found) if before is None else [],
        grid=_grid(about, found) if before is None else None,
        older=found[-1].id if len(found) == PAGE else None,
        navigation=navigation("/history"),
    )


def _card(about: Subject, entry: OwnEntry) -> dict[str, Any]:
    by_caregiver = entry.reporter == ReporterKind.CAREGIVER
    note = together(
        _received(about, entry),
        gettext("Filled in by a caregiver.") if by_caregiver else "",
        "" if entry.complete else gettext("Not finished."),
    )
    return {
        "title": filters.day(entry.day),
        "note": note,
        "href": f"/history/{entry.id}",
        "kind": "done",
        "reading": _readings(about, entry),
    }


def _readings(about: Subject, entry: OwnEntry) -> str | None:
    """What the entry puts on each curve, with its unit; None: nothing."""
    gap, said = tongue().marks.gap, []
    for curve in about.study.curves:
        axis = curve_points.axis(about.study, curve)
        height = _height(about, curve, entry)
        if height is not None:
            said.append(f"{axis.written(height)}{gap}{axis.unit}")
    return " · ".join(said) or None


def _received(about: Subject, entry: OwnEntry) -> str:
    """When it came; an entry for another day says so."""
    zone, came = about.site.time_zone, entry.received_at
    if study_days.local_date(came, zone) == entry.day:
        return gettext("Received at %(time)s.", time=filters.clock(came, zone))
    return gettext("Added afterwards, %(at)s.", at=filters.moment(came, zone))


def _corrections(about: Subject, found: OwnEntry) -> list[dict[str, Any]]:
    """What was corrected, newest first: when, why, and each answer before and after."""
    said: dict[str, Any] = {}
    shown = []
    for version in found.versions:
        if version.kind == VersionKind.CORRECTION:
            before = {name: said[name] for name in version.answers if name in said}
            shown.append(
                {
                    "at": filters.moment(version.received_at, about.site.time_zone),
                    "reason": _reason(version.reason),
                    "before": _words(about, before),
                    "after": _words(about, version.answers),
                }
            )
        said.update(version.answers)
    return shown[::-1]


def _reason(reason: str | None) -> str:
    if reason == CHANGED_AFTERWARDS:
        return gettext("Changed right after it was sent.")
    return reason or ""


def _words(about: Subject, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (said.label.say(language()), said.words.say(language()))
        for said in spoken(about.study, answers)
        if said.item != "reporter"
    ]


def _curves(about: Subject, found: list[OwnEntry]) -> list[dict[str, Any]]:
    """The study's curves over the last days with an entry."""
    return [_curve(about, one, found) for one in about.study.curves] if found else []


def _curve(about: Subject, curve: Curve, found: list[OwnEntry]) -> dict[str, Any]:
    axis = curve_points.axis(about.study, curve)
    by_day: dict[Any, OwnEntry] = {}
    for entry in found:
        known = by_day.setdefault(entry.day, entry)
        heights = [_height(about, curve, one) for one in (known, entry)]
        if heights[0] != curve_points.worst(curve, heights):
            by_day[entry.day] = entry
    days = sorted(by_day)[-CURVE_DAYS:]
    said = axis.title.say(language())
    return {
        "axis": axis,
        "title": gettext("%(what)s, last entries", what=said),
        "heading": gettext("%(what)s, %(unit)s", what=said, unit=axis.unit),
        "mark": axis.mark.say(language()) if axis.mark else "",
        "readings": [_point(about, curve, by_day[day]) for day in days],
    }


def _height(about: Subject, curve: Curve, entry: OwnEntry) -> int | None:
    return curve_points.tenths(about.study, curve, entry.answers)


def _point(about: Subject, curve: Curve, entry: OwnEntry) -> dict[str, Any]:
    marked = curve_points.is_marked(curve, entry.answers)
    height = _height(about, curve, entry)
    return {
        "label": filters.short_day(entry.day),
        "at": entry.day.toordinal(),
        "value": None if height is None else height / 10,
        "note": curve.mark.title.say(language()) if marked and curve.mark else "",
        "marked": marked,
    }


def _grid(about: Subject, found: list[OwnEntry]) -> dict[str, Any]:
    """The symptoms of the last days that have an entry, newest day first."""
    days = sorted({entry.day for entry in found}, reverse=True)[:GRID_DAYS]
    rows = symptom_grid(
        about.study, days, [(entry.day, entry.answers) for entry in found]
    )
    return {
        "days": [(f"{day.month}/{day.day}", filters.day(day)) for day in days],
        "rows": [(row.label.say(language()), _cells(row)) for row in rows],
    }


def _cells(row: SymptomRow) -> list[tuple[int, str] | None]:
    """How each day's answer is drawn, and its words."""
    return [_cell(row, cell) if cell else None for cell in row.cells]


def _cell(row: SymptomRow, cell: SymptomCell) -> tuple[int, str]:
    words = cell.words.say(language())
    if row.is_red_flags and cell.strength:
        return EMERGENCY, gettext("red flag: %(what)s", what=words)
    if cell.strength and not row.highest:
        return THERE, words
    top = cell.strength and cell.strength == row.highest
    return STRONGEST if top else min(cell.strength, STRONGEST), words


@blueprint.get("/history/<int:entry_id>")
def entry(entry_id: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about = subject(db).of_entry(entry_id)
        found = entries.one(db, about.case.participant, entry_id)
        waiting = correction_requests.waiting_for(db, found.id)
        report = _report(about)
        words = words_receipt.receipt(about.case, about.site, found.id)
    return render_template(
        "participant/entry.html",
        **report,
        corrections=_corrections(about, found),
        waiting=waiting,
        words=words,
        correct_href=f"/history/{found.id}/correct",
        title=filters.day(found.day),
        note=_card(about, found)["note"],
        answers=[
            (said.label.say(language()), said.words.say(language()))
            for said in spoken(about.study, found.answers)
        ],
        navigation=navigation("/history"),
    )


def _report(about: Subject) -> dict[str, Any]:
    """What has happened to an open report, whichever entry it came with."""
    now = access.runtime().now()
    stand = days.open_report(about.case)
    if stand is None:
        return {"status": None, "status_url": None, "now": now}
    status = who_answered.shown(about.study, about.site, stand, back=True)
    return {"status": status, "status_url": "/history/status", "now": now}


@blueprint.get("/history/status")
@passive
def report_status() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        return render_template("participant/report.html", **_report(subject(db)))
