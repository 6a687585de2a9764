"""The private address that calendar apps ask: no sign-in, no cookie, one secret.

An address that ended, and one that never was, get the same answer.
"""

from __future__ import annotations

from flask import Response

from portal.visits import feeds
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint
from portal.web.participant.ics import TYPE, to_ics

blueprint = GuardedBlueprint("calendar_feed", __name__, guard="machine")


@blueprint.get("/calendar/feed/<secret>.ics")
def feed(secret: str) -> Response:
    with access.runtime().reading() as db:
        diary = feeds.behind(db, secret)
    if diary is None:
        return Response(status=404, content_type=TYPE)
    return Response(to_ics(diary), content_type=TYPE)
