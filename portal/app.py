"""The web application: settings, what runs around every request, and the blueprints."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings, from_environment
from portal.people.access import codes, paper_codes, pins
from portal.runtime import Runtime
from portal.web import errors, guards
from portal.web.frame import (
    access,
    cookies,
    filters,
    forms,
    language,
    origin,
    reporting,
)
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.responses import assets, compression, headers
from portal.web.frame.sites import Sites, held_words, site_card, sites

ROOT = Path(__file__).resolve().parents[1]
LARGEST_BODY = 256 * 1024

BLUEPRINTS = (
    ("portal.web.sign_in.front_door", "blueprint"),
    ("portal.web.sign_in.participant", "blueprint"),
    ("portal.web.sign_in.pin", "blueprint"),
    ("portal.web.sign_in.phones", "blueprint"),
    ("portal.web.sign_in.staff", "blueprint"),
    ("portal.web.machines.health", "blueprint"),
    ("portal.web.machines.twilio", "blueprint"),
    ("portal.web.offline", "open_door"),
    ("portal.web.offline", "kept"),
    ("portal.web.diary", "blueprint"),
    ("portal.web.participant", "blueprint"),
    ("portal.web.participant.treatment_card", "blueprint"),
    ("portal.web.participant.calendar_feed", "blueprint"),
    ("portal.web.ward.siren", "blueprint"),
    ("portal.web.ward.set_up", "blueprint"),
    ("portal.web.demo.pages", "blueprint"),
    ("portal.web.staff", "blueprint"),
)
"""Each blueprint's module and name. If one is missing, the portal does not start."""

PARTS = (
    *(cookies, language, guards, headers),
    *(assets, compression, errors, filters),
)
"""What runs for every page, in the order of installation."""


class UnguardedBlueprint(TypeError):
    """A blueprint that does not say who may use it."""


def create_app(
    settings: Settings | None = None, runtime: Runtime | None = None
) -> Flask:
    """The portal's web application; by default the environment gives the settings."""
    if runtime is None:
        runtime = Runtime(settings or from_environment())
    app = Flask(
        "portal",
        root_path=str(ROOT / "portal"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    equip(app, runtime, settings or runtime.settings)
    forms.install(app)
    _prepare_templates(app, runtime.settings)
    for part in PARTS:
        part.install(app)
    for module, name in BLUEPRINTS:
        register(app, getattr(import_module(module), name))
    if runtime.settings.proxies:
        _trust_proxies(app, runtime.settings.proxies)
    return app


def equip(app: Flask, runtime: Runtime, settings: Settings) -> None:
    """Give ``app`` the runtime and the settings of this process."""
    app.config.from_mapping(_config(settings))
    app.extensions["runtime"] = runtime
    app.extensions["sites"] = Sites(runtime)


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": [settings.old_secret_key]
        if settings.old_secret_key
        else [],
        "TRUSTED_HOSTS": trusted_hosts(settings),
        "PUBLIC_ORIGIN": _origin(settings.public_url),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "MAX_FORM_PARTS": forms.MOST_FIELDS,
        "SESSION_COOKIE_NAME": cookies.full_name(cookies.SESSION, https=settings.https),
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": cookies.LIFE,
        "WTF_CSRF_TIME_LIMIT": None,
        "DEBUG": settings.debug,
    }


def _origin(public_url: str) -> str:
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{parts.netloc}"


def trusted_hosts(settings: Settings) -> list[str]:
    """The host names that this portal answers to."""
    public = urlsplit(settings.public_url).hostname or "localhost"
    local = [] if settings.mode == "production" else ["localhost", "127.0.0.1"]
    return [public, *local]


def _prepare_templates(app: Flask, settings: Settings) -> None:
    app.jinja_options = {
        "undefined": jinja2.StrictUndefined,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.globals.update(
        csrf_token=origin.csrf_token,
        opened_mark=reporting.mark,
        may=access.may,
        pin_digits=pins.LENGTH,
        code_digits=codes.DIGITS,
        paper_digits=paper_codes.DIGITS,
    )

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        spoken = language.language()
        return {
            "site": site_card(spoken),
            "study_unapproved": sites().unapproved,
            "held_words": held_words(spoken),
            "demo": settings.demo,
            "viewer": access.viewer(),
        }


def register(app: Flask, blueprint: object) -> None:
    """Add a blueprint that declares who may use it.

    Raises:
        UnguardedBlueprint: it does not.
    """
    if not isinstance(blueprint, GuardedBlueprint):
        raise UnguardedBlueprint(f"{blueprint!r} has no guard")
    app.register_blueprint(blueprint)


def _trust_proxies(app: Flask, count: int) -> None:
    fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = fixed  # type: ignore[method-assign]
