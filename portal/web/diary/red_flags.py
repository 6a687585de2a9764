"""The first screen: red flags, saved and judged by themselves before anything else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal import crash
from portal.diary.entries import Receipt
from portal.diary.version_ids import rest_of
from portal.diary.writing import draft_screens, red_flag_screen
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.demands.items import REPORTER, REPORTERS
from portal.protocol.study.form import Item
from portal.web.diary import already_sent
from portal.web.diary.blueprint import DiaryContext, blueprint, desk
from portal.web.frame import access, filters, forms, own_paths
from portal.web.frame.language import gettext, language
from portal.web.frame.sites import sites
from portal.web.parts.advice import both_places
from portal.web.parts.advice.wording import unbroken


@blueprint.get("/diary")
def begin() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        writing = desk(db)
        day = _late_day(writing, request.args.get("day", ""))
        reading = "reading" in request.args
        left = None
        if not day and not reading:
            left = draft_screens.left_open(writing.case, writing.usual_reporter)
        return _page(writing, str(uuid.uuid4()), left=left, day=day)


def _late_day(writing: DiaryContext, text: str) -> date | None:
    """The day of a diary that is added afterwards; None: it is about today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if red_flag_screen.may_be_added(writing.case, day) else None


def _page(
    writing: DiaryContext,
    entry: str,
    *,
    left: str | None = None,
    reporter: str | None = None,
    errors: list[tuple[str, str]] | None = None,
    day: date | None = None,
) -> ResponseReturnValue:
    items, speaking = writing.study.items, language()
    item, who = items[writing.study.red_flags], items.get(REPORTER)
    page = render_template(
        "participant/red_flags.html",
        flags=item.id,
        question=item.label.say(speaking),
        options=_options(item),
        reporter=reporter or writing.usual_reporter,
        reporter_question=who.label.say(speaking) if who else None,
        reporter_options=_options(who) if who else [],
        ticked=[],
        entry=entry,
        errors=errors or [],
        left=own_paths.carried(f"/diary/{left}/resume") if left else None,
        ward=_ward_line(writing),
        day={"iso": str(day), "said": filters.day(day)} if day else None,
        reading="reading" in request.values,
    )
    return page, 400 if errors else 200


def _options(item: Item) -> list[tuple[str, str]]:
    return [(str(one.code), one.label.say(language())) for one in item.choices]


def _ward_line(writing: DiaryContext) -> str | None:
    with access.runtime().reading() as db:
        place = desk(db).case.place
    site = sites().card(writing.case.participant.site_id, language())
    if place is Place.UNKNOWN:
        return both_places.line(unbroken(site.duty_line))
    if place is Place.HOME:
        return None
    return writing.study.messages["on_ward"].text.say(language())


@blueprint.post("/diary")
def send_red_flags() -> ResponseReturnValue:
    entry = forms.usable_uuid(request.form.get("entry", ""))
    runtime = access.runtime()
    with runtime.reading() as db:
        writing = desk(db)
        day = _late_day(writing, request.form.get("day", ""))
    ticked = request.form.getlist(writing.study.red_flags)
    reporter = forms.text("reporter", longest=20)
    reporter = reporter if reporter in REPORTERS else writing.usual_reporter
    if not ticked and "send" in request.form:
        sentence = gettext("Tick what is happening, or choose “None of these, go on”.")
        errors = [(writing.study.red_flags, sentence)]
        return _page(writing, entry, reporter=reporter, errors=errors, day=day)
    with runtime.writing() as db:
        receipt = _submit(desk(db), entry, ticked, reporter, day)
        crash.point("submit.before_commit")
    crash.point("submit.after_commit")
    answer = _onward(receipt, entry, ticked)
    crash.point("submit.before_response")
    return answer


def _submit(
    writing: DiaryContext,
    entry: str,
    ticked: list[str],
    reporter: str,
    day: date | None,
) -> Receipt:
    stated = writing.case.noon(day) if day else None
    writer = replace(writing.writer(reporter), stated_at=stated)
    return red_flag_screen.begin_diary(writing.case, writer, entry, ticked)


def _onward(receipt: Receipt, entry: str, ticked: list[str]) -> ResponseReturnValue:
    draft = rest_of(entry)
    if receipt.conflict:
        return already_sent.page(receipt, ticked)
    if receipt.verdict.tier.pages:
        target = f"/diary/sent/{receipt.version_id}?draft={draft}&step=2"
    elif "reading" in request.form:
        target = f"/diary/{draft}/reading"
    else:
        target = f"/diary/{draft}/2"
    return own_paths.go(own_paths.carried(target))
