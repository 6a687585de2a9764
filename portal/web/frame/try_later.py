"""How long a person must wait after too many tries, in a sentence."""

from __future__ import annotations

import math

from portal.people.access.limits import TryLater
from portal.web.frame import access, filters, sites
from portal.web.frame.language import gettext, language, ngettext


def seconds(limit: TryLater) -> int:
    """Whole seconds until one more try is allowed, at least one."""
    left = limit.ends_at - access.runtime().real_now()
    return max(1, math.ceil(left.total_seconds()))


def sentence(limit: TryLater) -> str:
    """The sentence that says when the limit ends."""
    left = seconds(limit)
    if left < 60:
        return ngettext(
            "Please wait %(num)s second, then try again.",
            "Please wait %(num)s seconds, then try again.",
            left,
        )
    zone = sites.site_card(language()).time_zone
    return gettext(
        "Too many tries. You can try again in %(minutes)s min, at %(clock)s.",
        minutes=math.ceil(left / 60),
        clock=filters.clock(limit.ends_at, zone),
    )
