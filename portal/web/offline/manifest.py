"""What makes the portal an app on the home screen: its manifest."""

from __future__ import annotations

from flask import Response, jsonify, url_for

from portal.languages import LANGUAGES
from portal.web.frame.language import gettext, speaking, tongue
from portal.web.offline.blueprint import open_door

ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/icon-maskable-512.png", "512x512", "maskable"),
)


@open_door.get("/manifest.webmanifest")
def manifest() -> Response:
    """The name in every language at once: a home screen keeps the one it was given on that day."""
    names = {key: _name(key) for key in LANGUAGES}
    response = jsonify(
        id="/",
        name=" · ".join(names.values()),
        short_name=gettext("Follow-up"),
        name_localized=names,
        short_name_localized=names,
        lang=tongue().tag,
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


def _name(key: str) -> str:
    with speaking(key):
        return gettext("Follow-up")


def _icon(filename: str, sizes: str, purpose: str) -> dict[str, str]:
    source = url_for("static", filename=filename)
    return {"src": source, "sizes": sizes, "type": "image/png", "purpose": purpose}
