"""A diary that the database could not take: what is dangerous in it goes to the journal.

It is judged by itself, in the phase where it is worst, because what came before cannot
be asked. Who sent it is kept as a hash of what their phone or browser holds.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from flask import g, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from portal.core.errors import EntryRefused
from portal.core.study.model import Study, Tier
from portal.core.triage import RED_FLAGS, judge
from portal.services import red_flags
from portal.services.diaries import content_hash
from portal.services.keys import token_hash
from portal.services.red_flags import Slip
from portal.web import access, answers, forms, origin, recent_phones
from portal.web.cookies import DEVICE, read_cookie
from portal.web.language import language

logger = logging.getLogger(__name__)
BLUEPRINT = "diary"
SERIOUS = (Tier.EMERGENCY, Tier.URGENT)
MOST_CODES, LONGEST_CODE = 30, 40


def keep() -> bool:
    """Write a dangerous report of this request down; whether there was one and it is.

    Called when the database failed, wherever in the request that was.
    """
    if request.blueprint != BLUEPRINT or request.method in origin.SAFE:
        return False
    try:
        slip = _dangerous()
        path = access.runtime().settings.red_flag_journal
        return slip is not None and red_flags.note(path, slip)
    except (OSError, HTTPException) as error:
        logger.critical("a dangerous report could not be kept: %s", error)
        return False


def _dangerous() -> Slip | None:
    """What this form reports, if it must reach a person and its sender is known."""
    holder, draft = _holder(), (request.view_args or {}).get("draft_id")
    if holder is None:
        return None
    if draft is None:
        return _red_flags(holder)
    for study in access.runtime().known_studies():
        if (given := _serious(study)) is not None:
            return red_flags.without_words(study, _of_screen(holder, draft, given))
    return None


def _holder() -> str | None:
    """Who sends, where this process knows; else a hash of what phone or browser holds."""
    secret = read_cookie(DEVICE)
    found = g.get("reporter")
    person = found.person if found else recent_phones.holder(secret or "")
    if person is not None:
        who = (person.participant_id, person.caregiver_id, person.code)
        return red_flags.person_holder(*who)
    if secret:
        return f"phone:{token_hash(secret)}"
    token = session.get("_user_id")
    return f"session:{token_hash(str(token))}" if token else None


def _red_flags(holder: str) -> Slip | None:
    """The first screen: whatever is ticked there is an emergency in every study."""
    ticked = request.form.getlist(RED_FLAGS)[:MOST_CODES]
    ticked = [code for code in ticked if code.isidentifier()]
    if not ticked:
        return None
    return _slip(
        holder,
        forms.usable_uuid(request.form.get("entry", "")),
        "red_flags",
        {RED_FLAGS: [code[:LONGEST_CODE] for code in ticked]},
        day=request.form.get("day") or None,
    )


def _serious(study: Study) -> dict[str, Any] | None:
    given = answers.read_screen(study.items, request.form, none=False)
    try:
        verdict = judge(study, None, given)
    except EntryRefused:
        return None
    return given if verdict.tier in SERIOUS else None


def _of_screen(holder: str, draft: str, given: dict[str, Any]) -> Slip:
    draft = forms.usable_uuid(draft)
    version = str(uuid.uuid5(uuid.UUID(draft), content_hash(given)))
    return _slip(holder, version, "partial", given, draft_id=draft)


def _slip(
    holder: str, version: str, kind: str, given: dict[str, Any], **more: Any
) -> Slip:
    reporter = request.form.get("reporter", "")
    return Slip(
        id=version,
        at=_now(),
        kind=kind,
        answers=given,
        reporter=reporter if reporter in ("self", "caregiver") else "",
        language=language(),
        holder=holder,
        **more,
    )


def _now() -> datetime:
    """Study time, or real time where the demonstration's clock cannot be read."""
    try:
        return access.runtime().now()
    except SQLAlchemyError:
        return access.runtime().real_now()
