"""An event of an alert's log in words: who was told, when and how, and who answered."""

from __future__ import annotations

from portal.records.staff.alerts import EventLine
from portal.vocabulary.alerts import Happening
from portal.web.frame.language import gettext, lazy_gettext, tongue
from portal.web.staff.words import OUTCOMES, Words, word

EVENTS: Words = {
    Happening.OPENED: lazy_gettext("Opened"),
    Happening.JOINED: lazy_gettext("Another report was added to it"),
    Happening.RAISED: lazy_gettext("Raised: the report is worse"),
    Happening.REARMED: lazy_gettext("Paged again, from the first step"),
    Happening.PAGED: lazy_gettext("%(name)s was paged (step %(step)s)"),
    Happening.NOBODY_ON_CALL: lazy_gettext("Nobody could be paged for step %(step)s"),
    Happening.PAGED_CATCH_ALL: lazy_gettext("The site's own number was paged"),
    Happening.NO_CATCH_ALL: lazy_gettext(
        "The site has no number of its own: nobody was paged"
    ),
    Happening.NO_TEXTS: lazy_gettext("%(name)s takes no texts and was called instead"),
    Happening.CAPPED: lazy_gettext(
        "%(name)s was paged as often as the provider allows in a day"
    ),
    Happening.NO_CONTACT: lazy_gettext("%(name)s has no working number"),
    Happening.PARTICIPANT_TOLD: lazy_gettext(
        "The participant was told to phone: nobody had answered"
    ),
    Happening.ACKNOWLEDGED: lazy_gettext("%(name)s took it"),
    Happening.HANDED_OVER: lazy_gettext("%(name)s took it over"),
    Happening.CALL_PLANNED: lazy_gettext(
        "%(name)s knows of it and plans a call within %(minutes)s min"
    ),
    Happening.SIREN_RINGS: lazy_gettext("The siren rings"),
    Happening.CORRECTED: lazy_gettext(
        "The report was corrected: look at it before you close"
    ),
    Happening.DIARY_MISSING: lazy_gettext("No diary came"),
    Happening.CLOSED: lazy_gettext("%(name)s closed it"),
}
TAKEN: Words = {  # the ways to acknowledge that are worth saying
    "call": lazy_gettext("by pressing 1 on the call"),
    "text": lazy_gettext("by answering the text"),
    "page": lazy_gettext("on its page"),
    "command": lazy_gettext("from the command line"),
}


def happened(one: EventLine) -> str:
    """What an event was; one that another build of the portal kept is shown as it is."""
    said = word(EVENTS, one.kind) % {
        "name": _who(one),
        "step": one.detail.get("step", 0) + 1,
        "minutes": one.detail.get("minutes", 0),
    }
    return said + _more(one)


def _who(one: EventLine) -> str:
    """Who was paged, or who acted."""
    match one.kind:
        case Happening.CAPPED:
            return one.person or gettext("The site's own number")
        case Happening.PAGED | Happening.NO_TEXTS | Happening.NO_CONTACT:
            return one.person
        case _:
            return one.by


def _more(one: EventLine) -> str:
    """How it was taken, or with which outcome it was closed."""
    match one.kind:
        case Happening.ACKNOWLEDGED if one.detail.get("source") in TAKEN:
            return f"{tongue().marks.gap}{TAKEN[one.detail['source']]}"
        case Happening.CLOSED:
            return tongue().marks.colon + word(OUTCOMES, one.detail.get("outcome", ""))
        case _:
            return ""
