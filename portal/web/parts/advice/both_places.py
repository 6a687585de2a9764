"""What is said to a person if nobody knows whether they are home: right in both places.

The sentences are here and not in the study file, because people keep the version of it
that they were enrolled with. A promise with a clock is left out: a person who is told
to ring or to phone is not also told to wait for a call.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.protocol.study.tiers import Tier
from portal.web.frame.language import gettext


def line(phone: str) -> str:
    """On today's page and over the red flags."""
    return gettext(
        "If you are in hospital now and feel unwell, ring for the ward nurse first. "
        "At home, phone %(phone)s.",
        phone=phone,
    )


def heading(tier: Tier, phone: str, emergency: str) -> str:
    """The first thing said after a serious report."""
    if tier is Tier.EMERGENCY:
        return gettext(
            "In hospital: ring for the ward nurse now. At home: call %(emergency)s now.",
            emergency=emergency,
        )
    return gettext(
        "In hospital: ring for the ward nurse now. At home: phone %(phone)s now.",
        phone=phone,
    )


def in_each(ward: Sequence[str], home: Sequence[str]) -> list[str]:
    """Sentences that are true in only one place, each saying so."""
    here = [gettext("In hospital: %(line)s", line=one) for one in ward]
    return here + [gettext("At home: %(line)s", line=one) for one in home]


def unfilled(duty_line: str) -> dict[str, str]:
    """The same for a phone without a network, which fills in the numbers itself."""
    phone, emergency = "{phone}", "{emergency}"
    return {
        "line": line(duty_line),
        "urgent": heading(Tier.URGENT, phone, emergency),
        "emergency": heading(Tier.EMERGENCY, phone, emergency),
        "on_ward": gettext("In hospital: %(line)s", line="{line}"),
        "at_home": gettext("At home: %(line)s", line="{line}"),
    }
