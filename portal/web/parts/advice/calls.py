"""Whom to phone after a report, and whether before anything else is read.

One rule for the page that took a report and for the page that could not. The phone
without a network has it too (``static/js/offline/calls.js``). Each line is offered
once. For a report that came in, one line is enough: a person who dials cannot be
called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import told_for
from portal.protocol.triage.verdict import Verdict
from portal.web.frame.language import gettext
from portal.web.frame.sites import SiteCard


class LineToCall(StrEnum):
    """Whom a button dials."""

    EMERGENCY = "emergency"
    DUTY = "duty"


@dataclass(frozen=True)
class OfferedCall:
    """A button that dials; ``first``: before anything else is read."""

    line: LineToCall
    first: bool


@dataclass(frozen=True)
class Button:
    """A call as the page shows it; ``hint``: a smaller line."""

    number: str
    label: str
    hint: str | None
    first: bool


def calls(
    study: Study, verdict: Verdict, *, sent: bool, wanted: bool = False
) -> tuple[OfferedCall, ...]:
    """Whom to phone, the first call first.

    ``sent``: the report came in. ``wanted``: the duty line is offered even if nothing
    serious was reported. On the ward nobody is told to call an ambulance.
    """
    if not verdict.tier.pages:
        return (OfferedCall(LineToCall.DUTY, first=False),) if wanted else ()
    place = told_for(study, verdict)
    emergency = verdict.tier is Tier.EMERGENCY
    if emergency and place is not Place.WARD:
        ambulance = OfferedCall(LineToCall.EMERGENCY, first=True)
        return (
            (ambulance,)
            if sent
            else (ambulance, OfferedCall(LineToCall.DUTY, first=False))
        )
    first = emergency or not sent or place is Place.UNKNOWN
    return (OfferedCall(LineToCall.DUTY, first),)


def button(call: OfferedCall, site: SiteCard) -> Button:
    """The button of a call, in the language of the page."""
    if call.line is LineToCall.EMERGENCY:
        number = site.emergency_number
        label = gettext("Call %(number)s", number=number)
        return Button(number, label, None, call.first)
    label = gettext("Call the duty line")
    return Button(site.duty_line, label, site.duty_line, call.first)
