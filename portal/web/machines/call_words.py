"""What a call says beside its approved text, read aloud to the person who is paged.

In the language of the person called, not of a page, so both languages are here.
"""

from __future__ import annotations

from portal.protocol.study.text import worded

SENTENCES = {
    "acknowledged": worded("Confirmed. This alert is yours. Thank you."),
    "taken": worded(
        "{holder} already has this alert. There is nothing more to do. Thank you."
    ),
    "closed": worded("This alert has been dealt with and closed. Thank you."),
    "no_key": worded(
        "Nothing was confirmed. Please sign in to the portal and take the alert."
    ),
    "nobody": worded(
        "This telephone cannot confirm for a person. "
        "Please ask the person on duty to sign in to the portal."
    ),
    "over": worded("This call is no longer valid. Please sign in to the portal."),
}


def sentence(result: str, language: str, holder: str = "") -> str:
    """What is said of a result."""
    return SENTENCES[result].say(language).replace("{holder}", holder)
