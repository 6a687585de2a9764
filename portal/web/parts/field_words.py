"""The page's own words beside the study's questions, for the person who answers."""

from __future__ import annotations

from portal.web.frame.language import gettext


def page_words() -> dict[str, str]:
    """As ``answer_fields.field`` takes them."""
    return {
        "cannot": gettext("I cannot measure it"),
        "handwriting": gettext(
            "If you like, write the same sentence here each time, with a finger or a "
            "pen. You can go on without."
        ),
    }
