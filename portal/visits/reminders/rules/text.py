"""One reminder: at the participant's own hour, outside quiet hours, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.visits.reminders.rules.hours import awake, hour_on
from portal.visits.reminders.rules.person import Occasion, OccasionKind, RemindedPerson


def text_on(
    study: Study,
    person: RemindedPerson,
    day: date,
    clock: str,
    *,
    key: str,
    kind: OccasionKind,
    template: str,
    to: str = "participant",
    limit: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Occasion | None:
    """A text at the participant's own hour, moved out of their quiet hours.

    A text that would then be useless is not planned. ``limit`` is when it becomes
    useless, if that is before the study's ``expire_at``.
    """
    wanted = hour_on(day, clock, person.zone, person.site_zone)
    at = awake(wanted, person.quiet, person.zone)
    local = study_days.local_date(wanted, person.zone)
    expires = study_days.moment_at(local, study.reminders.expire_at, person.zone)
    not_after = min(expires, limit) if limit else expires
    if at >= not_after:
        return None
    return Occasion(key, kind, at, not_after, day, template, to, detail or {})
