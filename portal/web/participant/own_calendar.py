"""Visits in the phone's own calendar: one at a time, or by a private address."""

from __future__ import annotations

from flask import Response, current_app, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.people import reporters
from portal.people.reporters import Person
from portal.visits import feeds
from portal.web.frame import access, own_paths
from portal.web.frame.language import language
from portal.web.participant.blueprint import blueprint
from portal.web.participant.ics import TYPE, to_ics

SHOWN_ONCE = "calendar_address"


@blueprint.get("/calendar/<int:visit_id>.ics")
def one_visit(visit_id: int) -> Response:
    """One visit to open in the phone's calendar."""
    with access.runtime().reading() as db:
        diary = feeds.one_visit(db, access.signed_in(), visit_id, language())
    response = Response(to_ics(diary), content_type=TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@blueprint.post("/calendar/feed")
def renew_feed() -> ResponseReturnValue:
    """Make a private address, which ends the one before; it is shown once."""
    with access.runtime().writing() as db:
        secret = feeds.renew(db, owner(db), now=access.runtime().now())
    session[SHOWN_ONCE] = secret
    return own_paths.go("/calendar#feed")


@blueprint.post("/calendar/feed/end")
def end_feed() -> ResponseReturnValue:
    with access.runtime().writing() as db:
        feeds.end(db, owner(db), now=access.runtime().now())
    session.pop(SHOWN_ONCE, None)
    return own_paths.go("/calendar#feed")


def owner(db: Session) -> Person:
    """Whose address it is: the participant's, or the caregiver's own.

    Raises:
        NotFound: the signed-in person has just lost access.
    """
    viewer = access.signed_in()
    found = reporters.find(db, viewer.participant_id or 0, viewer.caregiver_id)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def new_address() -> dict[str, str] | None:
    """The address that was just made; it can be shown only this once."""
    secret = session.pop(SHOWN_ONCE, None)
    if secret is None:
        return None
    address = f"{current_app.config['PUBLIC_ORIGIN']}/calendar/feed/{secret}.ics"
    return {"address": address, "opens": "webcal" + address[address.index(":") :]}
