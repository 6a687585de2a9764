"""Who of the team is being called about a report, and who has seen it: by role alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.core.study.model import Study
from portal.db.people import Site
from portal.web import filters
from portal.web.language import Later, gettext, language, lazy_gettext

WHO: dict[str, Later] = {
    "nurse": lazy_gettext("a nurse"),
    "coordinator": lazy_gettext("a coordinator"),
    "investigator": lazy_gettext("a study doctor"),
}
CALLED: dict[str, Later] = {
    "nurse": lazy_gettext("the nurse on duty"),
    "doctor": lazy_gettext("the doctor on call"),
    "second_doctor": lazy_gettext("the second doctor"),
    "investigator": lazy_gettext("the study doctor"),
    "coordinator": lazy_gettext("the coordinator"),
}


def waited_for(plan: Mapping[str, Any], step: int, due: str) -> str:
    """What happens until somebody answers: who is being called, and by when."""
    steps = plan.get("steps") or [{}]
    roles = steps[max(0, min(step, len(steps) - 1))].get("roles", ())
    who = [str(CALLED[role]) for role in roles if role in CALLED]
    if not who:
        return gettext("Waiting for somebody to answer, by %(time)s.", time=due)
    both = gettext(" and ").join(who[:2])
    return gettext(
        "We are calling %(who)s. Somebody should answer by %(time)s.",
        who=both,
        time=due,
    )


def nobody(study: Study, site: Site) -> str:
    """The study's sentence once the ladder has run unanswered, with both numbers."""
    text = study.messages["L-unanswered"].text.say(language())
    return text.format(phone=unbroken(site.duty_line), emergency=site.emergency_number)


def unbroken(number: str) -> str:
    """A telephone number that no line's end tears apart."""
    return number.replace("-", "\u2060-\u2060").replace(" ", "\u00a0")


def seen(study: Study, role: str | None, at: datetime, zone: str) -> str:
    """The study's sentence; one that has no place for the role does not tell it."""
    who = str(WHO[role]) if role in WHO else gettext("somebody")
    text = study.messages["L-seen"].text.say(language())
    return text.format(time=filters.clock(at, zone), role=who)
