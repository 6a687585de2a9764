"""What makes the portal an app on the home screen: its manifest and its worker."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, jsonify, url_for

from portal.web.language import LOCALES, gettext, language, speaking
from portal.web.offline.blueprint import open_door

WORKER = "js/offline/worker.js"
ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/icon-maskable-512.png", "512x512", "maskable"),
)


@open_door.get("/manifest.webmanifest")
def manifest() -> Response:
    """Both names at once: a home screen keeps the one it was given on that day."""
    names = {short: _name(short) for short in LOCALES}
    response = jsonify(
        id="/",
        name=" · ".join(names.values()),
        short_name=names[language()],
        name_localized=names,
        short_name_localized=names,
        lang="zh-Hans" if language() == "zh" else "en",
        start_url="/today",
        scope="/",
        display="standalone",
        background_color="#fbfaf7",
        theme_color="#0b5d5e",
        icons=[_icon(*icon) for icon in ICONS],
        shortcuts=[{"name": gettext("I feel unwell: report now"), "url": "/diary"}],
    )
    response.mimetype = "application/manifest+json"
    return response


def _name(short: str) -> str:
    with speaking(short):
        return gettext("Follow-up")


def _icon(filename: str, sizes: str, purpose: str) -> dict[str, str]:
    source = url_for("static", filename=filename)
    return {"src": source, "sizes": sizes, "type": "image/png", "purpose": purpose}


@open_door.get("/worker.js")
def worker() -> Response:
    """The worker, at the root so that it may answer for every page.

    What it imports is of one version, so browsers notice when any of it changes.
    """
    code = Path(str(current_app.static_folder), WORKER).read_text("utf-8")
    folder = url_for("static", filename=WORKER).rpartition("/")[0]
    code = code.replace('from "./', f'from "{folder}/')
    response = Response(code, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response
