"""The people whom a sign-in page of the demonstration names; on a real portal nobody."""

from __future__ import annotations

from portal.demo.visitors import Visitors, visitors_here
from portal.web.frame import access


def demonstrated() -> Visitors | None:
    """Whom a visitor can be here; None: this is no demonstration."""
    runtime = access.runtime()
    if not runtime.settings.demo:
        return None
    with runtime.reading() as db:
        return visitors_here(runtime, db)
