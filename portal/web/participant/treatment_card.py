"""The treatment card: both languages at once, to show in an emergency or to print.

In an emergency nobody can sign in first. So an enrolled phone shows without a sign-in
what was given and when: its advice already names the treatment, and the day number that
it may keep already gives the date. The person's name or code is shown only after
signing in. The plain card has no person and no date, so that a phone may keep it for
days without a network.
"""

from __future__ import annotations

import re
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.errors import NotFound
from portal.protocol.demands.messages import CARD
from portal.records.own import treatment_card
from portal.records.own.treatment_card import TreatmentCard
from portal.web.frame import access, filters, reporting
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import gettext, speaking, tongue
from portal.web.parts import qr
from portal.web.parts.navigation import navigation

blueprint = GuardedBlueprint("treatment_card", __name__, guard="reporter")
ENDS = re.compile(r"(?<=[。！？])(?!$)|(?<=[.!?])\s+")


@blueprint.get("/card")
def card() -> ResponseReturnValue:
    return _page(_found(), kept=False)


@blueprint.get("/card/plain")
def plain() -> ResponseReturnValue:
    """The card that a phone may keep: it names no person."""
    return _page(_found(), kept=True)


def _found() -> TreatmentCard:
    reporter = reporting.reporter()
    if reporter is None:
        raise NotFound("There is nothing here.")
    with access.runtime().reading() as db:
        case = reporting.case_of(db, reporter)
        return treatment_card.of(db, case.study, case.participant)


def _page(found: TreatmentCard, *, kept: bool) -> ResponseReturnValue:
    signed_in = reporting.reads_as_owner()
    return render_template(
        "participant/card.html",
        who=found.who if signed_in and not kept else None,
        sides=[_side(found, key, dated=not kept) for key in found.languages],
        duty_line=found.duty_line,
        code=qr.drawing(f"tel:{_dialled(found.duty_line)}"),
        kept=kept,
        language_links=not kept,
        signed_in=signed_in,
        navigation=navigation("/card") if signed_in and not kept else [],
    )


def _side(found: TreatmentCard, key: str, *, dated: bool) -> dict[str, Any]:
    """What the card says in one language; the doctors' last sentence by itself."""
    said = dict.fromkeys(CARD, "") | _sentences(found, key)
    *doctors, last = ENDS.split(said["doctors"].strip())
    return {
        **said,
        "began": said["began"] if dated else "",
        "doctors": tongue(key).marks.gap.join(doctors),
        "last": last,
        "lang": tongue(key).tag,
        "site": found.site.say(key),
        "words": _words(found, key),
    }


def _sentences(found: TreatmentCard, key: str) -> dict[str, str]:
    values = {
        "phone": found.duty_line,
        "emergency": found.emergency_number,
        "date": filters.long_date_in(found.began, key),
    }
    return {
        part: text.say(key).format_map(values) for part, text in found.sentences.items()
    }


def _words(found: TreatmentCard, key: str) -> dict[str, str]:
    with speaking(key):
        return {
            "title": gettext("Treatment card"),
            "who": gettext("Name") if found.is_name else gettext("Study code"),
            "line": gettext("Duty line, 24 hours"),
        }


def _dialled(number: str) -> str:
    return re.sub(r"[^0-9+]", "", number)
