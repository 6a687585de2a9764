"""A diary that the database could not store: danger in it goes to the journal.

It is judged alone, in the phase where it is worst, because earlier reports cannot be
read. The sender is kept as a hash of what their phone or browser holds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from flask import g, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from portal.diary.journal import journal_file, journaled_reports
from portal.diary.journal.journaled_reports import JournaledReport
from portal.diary.version_ids import rest_of, version_of
from portal.errors import EntryRefused
from portal.people.access.keys import token_hash
from portal.people.reporters import Person
from portal.protocol.demands.items import REPORTERS
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.vocabulary.diary import VersionKind
from portal.web.frame import access, forms, opened_page, origin, recent_phones
from portal.web.frame.cookies import DEVICE, read_cookie
from portal.web.frame.language import language
from portal.web.parts import answer_fields

logger = logging.getLogger(__name__)
FORMS, KEPT = "diary", "kept"  # the blueprints by which reports come in
MOST_CODES, LONGEST_CODE = 30, 40


def keep() -> bool:
    """Write down this request's dangerous report; whether one was there and written.

    Called when the database failed, wherever in the request that was.
    """
    if request.blueprint not in (FORMS, KEPT) or request.method in origin.SAFE:
        return False
    try:
        slip = _dangerous() if request.blueprint == FORMS else _waited()
        path = access.runtime().settings.red_flag_journal
        return slip is not None and journal_file.note(path, slip)
    except (OSError, HTTPException) as error:
        logger.critical("a dangerous report could not be kept: %s", error)
        return False


def _dangerous() -> JournaledReport | None:
    """What this form reports, if it must reach a person and the sender is known."""
    holder, draft = _holder(), (request.view_args or {}).get("draft_id")
    if holder is None or not (origin.token_holds() or opened_page.page()):
        return None
    if draft is None:
        return _red_flags(holder)
    for study in access.runtime().known_studies():
        if (given := _serious(study)) is not None:
            return journaled_reports.without_words(
                study, _of_screen(holder, draft, given)
            )
    return None


def _waited() -> JournaledReport | None:
    """What a phone kept and sends now, if this process knows whose it is.

    Several people may write on one phone. Otherwise the report stays there and comes
    again.
    """
    said, person = request.get_json(silent=True), _known_person()
    if not isinstance(said, dict) or person is None:
        return None
    given = said.get("answers")
    if not opened_page.is_for(person) or not isinstance(given, dict):
        return None
    first, (entry, draft) = said.get("kind") == "red_flags", _ids(said)
    version = entry if first else version_of(draft, given)
    for study in access.runtime().known_studies():
        if _is_serious(study, given):
            slip = JournaledReport(
                id=version,
                at=_now(),
                kind=VersionKind.RED_FLAGS if first else VersionKind.PARTIAL,
                answers=given,
                reporter=str(said.get("reporter") or ""),
                language=language(),
                holder=_named(person),
                draft_id=None if first else draft,
                day=str(said["day"]) if said.get("day") else None,
            )
            return journaled_reports.without_words(study, slip)
    return None


def _ids(said: Mapping[str, Any]) -> tuple[str, str]:
    """The red-flag screen's UUID and its draft's, as what is kept will name them."""
    if said.get("entry"):
        entry = forms.usable_uuid(str(said["entry"]))
        return entry, rest_of(entry)
    draft = forms.usable_uuid(str(said.get("draft") or ""))
    return draft, draft


def _known_person() -> Person | None:
    found = g.get("reporter")
    secret = read_cookie(DEVICE) or ""
    return cast(
        "Person | None", found.person if found else recent_phones.holder(secret)
    )


def _named(person: Person) -> str:
    who = (person.participant_id, person.caregiver_id, person.code)
    return journaled_reports.person_holder(*who)


def _holder() -> str | None:
    """The sender, if this process knows; else a hash of what phone or browser holds.

    None if the page was opened for somebody else, or if nobody can know that now.
    """
    page, person = opened_page.page(), _known_person()
    if person is not None:
        return _named(person) if page is None or opened_page.is_for(person) else None
    secret, token = read_cookie(DEVICE), session.get("_user_id")
    if page is not None and not page.on_this_phone and not origin.token_holds():
        return None
    if secret:
        return f"phone:{token_hash(secret)}"
    return f"session:{token_hash(str(token))}" if token else None


def _red_flags(holder: str) -> JournaledReport | None:
    """The first screen: every tick there is an emergency in every study.

    The form says which item has the ticks: no study may be known here.
    """
    known = [study.red_flags for study in access.runtime().known_studies()]
    name = request.form.get("flags") or next(iter(known), "")
    ticked = request.form.getlist(name)[:MOST_CODES]
    ticked = [code for code in ticked if code.isidentifier()]
    if not ticked or not name.isidentifier():
        return None
    return _slip(
        holder,
        forms.usable_uuid(request.form.get("entry", "")),
        VersionKind.RED_FLAGS,
        {name[:LONGEST_CODE]: [code[:LONGEST_CODE] for code in ticked]},
        day=request.form.get("day") or None,
    )


def _serious(study: Study) -> dict[str, Any] | None:
    given = answer_fields.read_screen(study.items, request.form, none=False)
    return given if _is_serious(study, given) else None


def _is_serious(study: Study, given: Mapping[str, Any]) -> bool:
    try:
        return judge(study, None, given).tier.pages
    except EntryRefused:
        return False


def _of_screen(holder: str, draft: str, given: dict[str, Any]) -> JournaledReport:
    draft = forms.usable_uuid(draft)
    version = version_of(draft, given)
    return _slip(holder, version, VersionKind.PARTIAL, given, draft_id=draft)


def _slip(
    holder: str, version: str, kind: str, given: dict[str, Any], **more: Any
) -> JournaledReport:
    reporter = request.form.get("reporter", "")
    return JournaledReport(
        id=version,
        at=_now(),
        kind=kind,
        answers=given,
        reporter=reporter if reporter in REPORTERS else "",
        language=language(),
        holder=holder,
        **more,
    )


def _now() -> datetime:
    """Study time, or real time if the demonstration's clock cannot be read."""
    try:
        return access.runtime().now()
    except SQLAlchemyError:
        return access.runtime().real_now()
