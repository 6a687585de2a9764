"""What somebody will be reminded of in the next 90 days, and the hours for it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolment import preferences
from portal.enrolment.preferences import ZoneNeedsConfirming
from portal.errors import InvalidInput
from portal.protocol.study.model import Study
from portal.visits.reminders import preview
from portal.visits.reminders.preview import Preview
from portal.web.frame import access, forms, own_paths
from portal.web.staff.change_words import REMINDERS
from portal.web.staff.frame import (
    Errors,
    blueprint,
    case_of,
    named,
    staff_page,
    typed,
    viewer,
)

PATH = "/participants/<code>/reminders"


@blueprint.get(PATH)
def reminders(code: str) -> ResponseReturnValue:
    return _page(code, {}, 200)


@blueprint.post(PATH)
def change_hours(code: str) -> ResponseReturnValue:
    """Change quiet hours or the time zone; another zone is shown before it counts."""
    try:
        _change(code)
    except ZoneNeedsConfirming as error:
        zone = forms.text("time_zone", longest=60)
        return _page(code, named(error), 400, proposed=zone)
    except InvalidInput as error:
        return _page(code, named(error), 400)
    return own_paths.go(f"/staff/participants/{code.upper()}/reminders")


def _change(code: str) -> None:
    with access.runtime().writing() as db:
        found = case_of(db, code)
        actor = viewer().actor
        match request.form.get("act"):
            case "quiet":
                preferences.set_quiet_hours(found, _hours(), actor=actor)
            case "zone":
                wanted = forms.text("time_zone", longest=60)
                sure = "confirmed" in request.form
                preferences.set_time_zone(found, wanted, confirmed=sure, actor=actor)
            case _:
                raise InvalidInput("Choose what to change.", field="form")


def _hours() -> tuple[str, str] | None:
    begins, ends = (forms.text(name, longest=8) for name in ("quiet_from", "quiet_to"))
    return (begins, ends) if begins or ends else None


def _page(
    code: str, errors: Errors, status: int, *, proposed: str = ""
) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = case_of(db, code)
        coming = preview.preview(found)
        wanted = preview.in_zone(found, proposed) if proposed else None
        quiet = found.participant.quiet_from or "", found.participant.quiet_to or ""
    return staff_page(
        "staff/reminders.html",
        "participants",
        status,
        shown=_shown(coming, quiet, found.study),
        fixed=coming.fixed,
        diary=coming.unless_reported,
        changes=coming.changes,
        kinds=REMINDERS,
        proposed=wanted,
        errors=errors,
        typed=typed(),
    )


def _shown(coming: Preview, quiet: tuple[str, str], study: Study) -> dict[str, Any]:
    return {
        "code": coming.code,
        "status": coming.status,
        "in_follow_up": coming.in_follow_up,
        "zone": coming.zone,
        "site_zone": coming.site_zone,
        "quiet_from": quiet[0],
        "quiet_to": quiet[1],
        "usual": (study.site.quiet_from, study.site.quiet_to),
    }
