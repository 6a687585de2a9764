"""What every answer carries: nothing from elsewhere, nothing kept, nothing framed."""

from __future__ import annotations

from flask import Flask, Response, request

OWN = ("script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src")
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind} 'self'" for kind in OWN),
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000"


def install(app: Flask) -> None:
    """Have every answer of ``app`` carry the headers."""
    app.after_request(protect)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.after_request(_insist_on_https)


def protect(response: Response) -> Response:
    """Add what every answer carries; files say themselves how long they may be kept."""
    for name, value in ALWAYS.items():
        response.headers[name] = value
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


def _insist_on_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = TWO_YEARS
    return response
