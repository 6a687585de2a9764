"""What has happened to a report, for its sender: who is being called and until when,
who has seen it, or that nobody has answered. People are named only by role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.alerting.answers.promise import ReportState
from portal.alerting.answers.reported_alerts import AlertStanding
from portal.protocol.study.model import Study
from portal.web.frame import filters
from portal.web.frame.language import Later, gettext, language, lazy_gettext
from portal.web.frame.sites import SiteCard
from portal.web.parts.advice import alarm
from portal.web.parts.advice.alarm import Alarm

WHO: dict[str, Later] = {
    "nurse": lazy_gettext("a nurse"),
    "coordinator": lazy_gettext("a coordinator"),
    "investigator": lazy_gettext("a study doctor"),
}


@dataclass(frozen=True)
class StatusLine:
    """A line with its symbol (``done``, ``waiting``), or in its place an alarm.

    ``until``: from then on, while the page cannot ask, ``late`` replaces the line.
    """

    kind: str
    text: str
    alarm: Alarm | None = None
    until: datetime | None = None
    late: Alarm | None = None


def shown(
    study: Study,
    site: SiteCard,
    stand: AlertStanding,
    *,
    back: bool,
    awaited: str | None = None,
) -> StatusLine:
    """What has happened to a report.

    ``awaited``: the page's own sentence while somebody should answer. ``back``: an
    alarm links back to the advice.
    """
    alert = stand.alert
    if stand.standing is ReportState.UNANSWERED:
        return StatusLine(
            "waiting", "", alarm=alarm.unanswered(study, site, stand, back)
        )
    if stand.standing is not ReportState.AWAITED and alert.acked_at is not None:
        text = seen(study, stand.seen_by, alert.acked_at, site.time_zone)
        return StatusLine("done", text)
    due = filters.clock(alert.ack_due_at, site.time_zone)
    text = awaited or waited_for(study, alert.plan, alert.step, due)
    late = alarm.cut_off(study, site, stand, back)
    return StatusLine("waiting", text, until=alert.ack_due_at, late=late)


def waited_for(study: Study, plan: Mapping[str, Any], step: int, due: str) -> str:
    """What happens until somebody answers: who is being called, and by when."""
    steps = plan.get("steps") or [{}]
    roles = steps[max(0, min(step, len(steps) - 1))].get("roles", ())
    named = [duty for role in roles if (duty := study.duty(role)) is not None]
    who = [(duty.called or duty.title).say(language()) for duty in named]
    if not who:
        return gettext("Waiting for somebody to answer, by %(time)s.", time=due)
    both = gettext(" and ").join(who[:2])
    return gettext(
        "We are calling %(who)s. Somebody should answer by %(time)s.",
        who=both,
        time=due,
    )


def seen(study: Study, role: str | None, at: datetime, zone: str) -> str:
    """The study's sentence; without a placeholder for the role it does not name it."""
    who = str(WHO[role]) if role in WHO else gettext("somebody")
    text = study.messages["seen"].text.say(language())
    return text.format(time=filters.clock(at, zone), role=who)
