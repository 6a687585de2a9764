"""The links at the foot of a participant's pages, where the thumb reaches them."""

from __future__ import annotations

from portal.web.frame.language import gettext


def navigation(current: str) -> list[dict[str, object]]:
    """The participant's pages; ``current`` is the path of the one that is open."""
    pages = (
        ("/today", gettext("Today")),
        ("/calendar", gettext("Calendar")),
        ("/history", gettext("Records")),
        ("/card", gettext("Card")),
    )
    return [
        {"href": href, "label": label, "current": href == current}
        for href, label in pages
    ]
