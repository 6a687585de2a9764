"""What machines ask: whether the web process runs, and whether the portal is well."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Settings
from portal.operating import disks, health, silent_watch
from portal.operating import metrics as numbers
from portal.operating.health import Health
from portal.operating.metrics import Metric, Values
from portal.operating.watch import HEADER as WATCH_HEADER
from portal.runtime import Runtime
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint

blueprint = GuardedBlueprint("hooks", __name__, guard="machine")


@blueprint.get("/livez")
def livez() -> ResponseReturnValue:
    """The web process answers; nothing else is checked."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 only when a dangerous report would reach a person now."""
    runtime = access.runtime()
    _note_watch(runtime)
    with runtime.reading() as session:
        found = health.health(session, runtime.real_now(), now=runtime.now())
    found = Health((*found.parts, disks.part(runtime.settings)))
    parts = {
        part.name: {"well": part.well, "detail": part.detail} for part in found.parts
    }
    return jsonify(well=found.well, parts=parts), 200 if found.well else 503


def _note_watch(runtime: Runtime) -> None:
    """Note that a watch asked, at most once a minute; a note may be lost.

    The watch shows the shared token: otherwise anybody could hide that it fell silent.
    """
    token = runtime.settings.watch_token or ""
    shown = request.headers.get(WATCH_HEADER, "")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        return
    real_now = runtime.real_now()
    try:
        with runtime.reading() as session:
            stale = silent_watch.is_stale(session, real_now=real_now)
    except SQLAlchemyError:
        return  # the answer will say so
    if stale:
        access.quietly(lambda session: silent_watch.note(session, real_now=real_now))


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Prometheus' numbers, for anybody with the token; if none is set, this machine."""
    runtime = access.runtime()
    if not _may_measure(runtime.settings):
        return Response("not for you\n", 403, mimetype="text/plain")
    with runtime.reading() as session:
        found = numbers.measure(session, runtime.real_now(), now=runtime.now())
    found += _of_disks(runtime.settings)
    text = numbers.exposition(found)
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _of_disks(settings: Settings) -> list[Metric]:
    free: Values = {(("of", one.name),): one.free for one in disks.disks(settings)}
    return [Metric("disk_free_ratio", "The free share of a disk we write to.", free)]


def _may_measure(settings: Settings) -> bool:
    """Whether the request shows the token or, if none is set, comes from this machine.

    Behind a proxy that is not in the settings, everybody looks like this machine.
    """
    if settings.metrics_token:
        shown = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(shown, f"Bearer {settings.metrics_token}".encode())
    if settings.https and not settings.proxies:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
