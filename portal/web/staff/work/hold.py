"""After a restore: which hours were lost, what is held back, and letting it go."""

from __future__ import annotations

from contextlib import suppress

from flask import request
from flask.typing import ResponseReturnValue

from portal import audit
from portal.engine import holds
from portal.errors import InvalidInput
from portal.operating import restoring
from portal.people.accounts.accounts import acting
from portal.vocabulary.people import ActorKind
from portal.web.frame import access, own_paths
from portal.web.frame.access import needs
from portal.web.frame.language import gettext
from portal.web.frame.sites import sites
from portal.web.staff import message_words
from portal.web.staff.frame import Errors, blueprint, now, staff_page, viewer

MOST_SHOWN = 200


@blueprint.get("/hold")
def hold() -> ResponseReturnValue:
    return _page({}, 200)


@blueprint.post("/hold/release")
@needs("rota")
def release_hold() -> ResponseReturnValue:
    """Release messages in the viewer's own name, after saying what was done."""
    if request.form.get("rung") != "yes":
        said = gettext(
            "Tick this when everybody who may have been ill has been phoned."
        )
        return _page({"rung": said}, 400)
    actor = audit.Actor(ActorKind.STAFF, str(viewer().staff_id))
    # Where a colleague was faster, nothing is held any more: the page shows it.
    with suppress(InvalidInput), access.runtime().writing() as db:
        restoring.release(db, acting(db, viewer()).display_name, actor=actor, now=now())
    sites().forget()
    return own_paths.go("/staff/hold")


def _page(errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        standing = holds.standing(db)
        gap = restoring.gap(db, now=now()) if standing.held else []
        lost = restoring.lost_hours(db)
    return staff_page(
        "staff/hold.html",
        "worklist",
        status,
        standing=standing,
        waiting=gap[:MOST_SHOWN],
        held=len(gap),
        lost=lost,
        purposes=message_words.PURPOSES,
        becomes=message_words.SHORT,
        errors=errors,
    )
