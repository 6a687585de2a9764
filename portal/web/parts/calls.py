"""Whom to phone after a report, and whether before anything else is read.

One rule for the page that took a report and for the page that could not. The phone
without a network has it too (``static/js/offline/calls.js``). Each line is offered once.
Of a report that came in, one line is enough: who dials cannot be called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study, Tier
from portal.protocol.triage.judge import told_for
from portal.protocol.triage.verdict import Verdict
from portal.web.frame.language import gettext


class Line(StrEnum):
    """Whom a button dials."""

    EMERGENCY = "emergency"
    DUTY = "duty"


@dataclass(frozen=True)
class Call:
    """A button that dials; ``first``: before anything else is read."""

    line: Line
    first: bool


class Numbers(Protocol):
    """A site, or what is kept of one."""

    @property
    def duty_line(self) -> str:
        """The study team's, day and night."""
        ...

    @property
    def emergency_number(self) -> str:
        """The ambulance's."""
        ...


@dataclass(frozen=True)
class Button:
    """A call as the page shows it; ``hint``: a smaller line."""

    number: str
    label: str
    hint: str | None
    first: bool


def calls(
    study: Study, verdict: Verdict, *, sent: bool, wanted: bool = False
) -> tuple[Call, ...]:
    """Whom to phone, the first call first.

    ``sent``: the report came in. ``wanted``: the duty line is offered even where
    nothing serious was reported. On the ward nobody is told to call an ambulance.
    """
    if not verdict.tier.pages:
        return (Call(Line.DUTY, first=False),) if wanted else ()
    place = told_for(study, verdict)
    emergency = verdict.tier is Tier.EMERGENCY
    if emergency and place is not Place.WARD:
        ambulance = Call(Line.EMERGENCY, first=True)
        return (ambulance,) if sent else (ambulance, Call(Line.DUTY, first=False))
    first = emergency or not sent or place is Place.UNKNOWN
    return (Call(Line.DUTY, first),)


def button(call: Call, site: Numbers) -> Button:
    """The button of a call, in the language of the page."""
    if call.line is Line.EMERGENCY:
        number = site.emergency_number
        label = gettext("Call %(number)s", number=number)
        return Button(number, label, None, call.first)
    label = gettext("Call the duty line")
    return Button(site.duty_line, label, site.duty_line, call.first)
