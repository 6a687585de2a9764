"""The ward's screen: what waits for a person, as codes and tiers, kept fresh by itself.

It reads its own site's alerts and writes only that it is alive. To take an alert
somebody signs in, because a screen is not a person.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.alerting import sirens
from portal.errors import InvalidInput
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint, passive

blueprint = GuardedBlueprint("siren", __name__, guard="siren", url_prefix="/siren")
MOST_CODES = 100


@blueprint.get("")
@passive
def screen() -> ResponseReturnValue:
    return render_template("siren/screen.html", screen=access.screen(), **_shown())


@blueprint.get("/live")
@passive
def live() -> ResponseReturnValue:
    html = render_template("siren/live.html", **_shown())
    response = Response(html)
    response.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32])
    return response.make_conditional(request)


@blueprint.post("/beat")
@passive
def beat() -> ResponseReturnValue:
    """Note that the screen is alive, whether it can sound, and what it rings for."""
    said = request.get_json() if request.is_json else None
    armed = said.get("armed") if isinstance(said, dict) else None
    rings = said.get("rings") if isinstance(said, dict) else None
    if not isinstance(armed, bool) or not isinstance(rings, list):
        raise InvalidInput("This is not a sign of life.", field="armed")
    runtime = access.runtime()
    with runtime.writing() as db:
        sirens.beat(
            db,
            access.screen(),
            armed=armed,
            rings=[str(code) for code in rings[:MOST_CODES]],
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return Response(status=204)


def _shown() -> dict[str, Any]:
    runtime = access.runtime()
    with runtime.reading() as db:
        found = sirens.lines(db, access.screen().site_id)
    return {
        "lines": found,
        "loudest": str(sirens.loudest(found)),
        "now": runtime.now(),
    }
