"""What machines ask: whether the web process lives, and whether the whole is well."""

from __future__ import annotations

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from portal.services import health
from portal.web import access
from portal.web.access import GuardedBlueprint

blueprint = GuardedBlueprint("hooks", __name__, guard="machine")


@blueprint.get("/livez")
def livez() -> ResponseReturnValue:
    """The web process answers; nothing else is looked at."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 only when a dangerous report would reach a person now."""
    runtime = access.runtime()
    with runtime.reading() as session:
        found = health.health(session, runtime.real_now(), now=runtime.now())
    parts = {
        part.name: {"well": part.well, "detail": part.detail} for part in found.parts
    }
    return jsonify(well=found.well, parts=parts), 200 if found.well else 503
