"""What should have been sent, reckoned anew: day by day, by wall clocks alone.

Written from the protocol's sentences and the facts of a history. It imports nothing
of the portal, so that a fault there is not a fault here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.simulation.history import Appointment, History, Life

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NUDGES = {  # phase: local hours, and whether the caregiver is reminded too
    "W1": (("10:05", False), ("13:00", False), ("13:00", True)),
    "W2": (("10:05", False),),
    "W3": (("10:05", False),),
}


@dataclass(frozen=True)
class Due:
    """A text that is owed: its key, and the moment at which it should leave."""

    participant_id: int
    key: str
    at: datetime


def expected(history: History) -> Iterator[Due]:
    """Every text that should have left, each once."""
    for life in history.lives:
        yield from _Reckoning(history, life).all()


class _Reckoning:
    """One participant's texts."""

    def __init__(self, history: History, life: Life) -> None:
        self.history, self.life = history, life

    def all(self) -> Iterator[Due]:
        life, day = self.life, self.life.d0
        last = self.history.ends.date() + 2 * DAY
        while day <= last:
            for number, (clock, to_caregiver) in enumerate(NUDGES["W1"]):
                yield from self._nudge(day, clock, number, to_caregiver=to_caregiver)
            yield from self._text(
                f"D:{life.id}:{day}:evening",
                lambda zone, d=day: self._hour(d, "19:00", zone, self._day_ends(d)),
                lambda look, d=day: self._evening_holds(d, look),
            )
            day += DAY
        for name, on in (
            ("near:0", life.d0 + 28 * DAY),
            ("contraception:14", _six(life.d0)),
        ):
            yield from self._text(
                f"N:{life.id}:{name}",
                lambda zone, d=on: self._hour(d, "09:00", zone),
                lambda _look: True,
            )
        for code, versions in life.visits.items():
            for place, made in enumerate(versions):
                yield from self._visit(code, versions, place, made)
        yield from self._rechecks()

    # ------------------------------------------------------------------ what holds when

    def _status(self, at: datetime) -> tuple[datetime, str]:
        return [one for one in self.life.statuses if one[0] <= at][-1]

    def _followed(self, look: datetime, hour: datetime) -> bool:
        """In follow-up at ``look``, and without a break since before ``hour``."""
        if look < self.life.statuses[0][0]:
            return False
        since, status = self._status(look)
        return status == "active" and since < hour

    def _stays_to(self, look: datetime) -> date:
        """The day of going home, as known at ``look``."""
        known = self.life.discharge
        if known is not None and known[0] <= look:
            return known[1]
        return self.life.d0 + 8 * DAY

    def _nobody_knows(self, day: date, look: datetime) -> bool:
        """Whether at ``look`` nobody has said that they went home by ``day``."""
        known = self.life.discharge
        said = known is not None and known[0] <= look
        late = day >= self.life.d0 + 8 * DAY
        return not said and late and not self._still_here(day, look)

    def _still_here(self, day: date, look: datetime) -> bool:
        """Whether the ward's word, which holds a day longer, was known at ``look``."""
        known = self.life.discharge
        if known is not None and known[0] <= look:
            return False
        return any(said <= look and day <= on + DAY for said, on in self.life.here)

    def _only_one(
        self, day: date, clock: str, look: datetime, *, to_caregiver: bool
    ) -> bool:
        """Whether this is the one nudge of a day on which nobody knows where they are."""
        if to_caregiver:
            return False
        zone, after = self._zone(look), _moment(day, "12:00", self.life.site_zone) + DAY
        shown = [
            (hour[0], other)
            for other, caregiver in NUDGES.get(self._phase(day, look), ())
            if not caregiver
            if (hour := self._nudge_hour(day, other, zone, after, to_caregiver=False))
        ]  # far from the site, the afternoon's may come before the morning's
        return bool(shown) and min(shown)[1] == clock

    def _phase(self, day: date, look: datetime) -> str:
        d0 = self.life.d0
        if day < self._stays_to(look) or self._still_here(day, look):
            return "W0"
        if day <= d0 + 28 * DAY:
            return "W1"
        if day <= _months(d0, 3):
            return "W2"
        return "W3" if day <= _months(d0, 24) else "W4"

    def _diary_is_due(self, day: date, look: datetime) -> bool:
        phase = self._phase(day, look)
        if phase not in NUDGES:
            return False
        return phase != "W3" or day.weekday() == self.life.d0.weekday()

    def _done(self, day: date, look: datetime) -> bool:
        week = self._week(day, look)
        return any(
            one.complete and one.day in week and one.at <= look
            for one in self.life.reports
        )

    def _week(self, day: date, look: datetime) -> list[date]:
        """The days on which the diary may come that is asked for on ``day``."""
        if self._phase(day, look) != "W3":
            return [day]
        week = [day - ago * DAY for ago in range(7)]
        return [one for one in week if self._phase(one, look) == "W3"]

    def _nudge_holds(
        self, day: date, clock: str, look: datetime, *, to_caregiver: bool
    ) -> bool:
        hours = NUDGES.get(self._phase(day, look), ())
        due = _moment(day, "10:00", self.life.site_zone)
        if self._nobody_knows(day, look) and not self._only_one(
            day, clock, look, to_caregiver=to_caregiver
        ):
            return False
        return (
            (clock, to_caregiver) in hours
            and self._diary_is_due(day, look)
            and self._status(look)[0] <= due
            and not self._done(day, look)
        )

    def _evening_holds(self, day: date, look: datetime) -> bool:
        mine = [one for one in self.life.reports if one.day == day and one.at <= look]
        if self._nobody_knows(day, look) or self._phase(day, look) != "W1":
            return False
        since = self._shown(day, "17:00", self._zone(look))
        late = any(one.at >= since for one in mine)  # that was the evening's
        return len({one.entry_id for one in mine}) == 1 and not late

    # ----------------------------------------------------------------------- the hours

    def _day_ends(self, day: date) -> datetime:
        return _moment(day + DAY, "00:00", self.life.site_zone)

    def _shown(self, day: date, clock: str, zone: str) -> datetime:
        """When a clock in ``zone`` first shows an hour within the site's ``day``."""
        begins, ends = _moment(day, "00:00", self.life.site_zone), self._day_ends(day)
        shown = [
            at
            for near in (day - DAY, day, day + DAY)
            if begins <= (at := _moment(near, clock, zone)) < ends
        ]
        return min(shown) if shown else begins

    def _hour(
        self, day: date, clock: str, zone: str, limit: datetime | None = None
    ) -> tuple[datetime, datetime] | None:
        """When a text about the site's ``day`` is due, and when it becomes noise."""
        wanted = self._shown(day, clock, zone)
        at = _after_quiet(wanted, self.life.quiet, zone)
        local_day = wanted.astimezone(ZoneInfo(zone)).date()
        noise = _moment(local_day, "21:00", zone)
        noise = min(noise, limit) if limit else noise
        return (at, noise) if at < noise else None

    def _nudge_hour(
        self, day: date, clock: str, zone: str, look: datetime, *, to_caregiver: bool
    ) -> tuple[datetime, datetime] | None:
        """The hour of one nudge; it is noise as soon as the next one is due."""
        mine = self._hour(day, clock, zone, self._day_ends(day))
        if mine is None or to_caregiver:
            return mine
        others = [
            (hour[0], other)
            for other, caregiver in NUDGES.get(self._phase(day, look), ())
            if not caregiver
            if (hour := self._hour(day, other, zone, self._day_ends(day)))
        ]
        later = [at for at, other in others if (at, other) > (mine[0], clock)]
        noise = min([mine[1], *later])
        return (mine[0], noise) if mine[0] < noise else None

    # ------------------------------------------------------------------------ the texts

    def _nudge(
        self, day: date, clock: str, _number: int, *, to_caregiver: bool
    ) -> Iterator[Due]:
        key = f"D:{self.life.id}:{day}:{clock}"
        if to_caregiver:
            if self.life.caregiver is None:
                return
            key += f":caregiver:{self.life.caregiver[0]}"
        noon = _moment(day, "12:00", self.life.site_zone)
        # Whether W1's second nudge exists is a matter of the day, known at its looks.
        yield from self._text(
            key,
            lambda zone: self._nudge_hour(
                day, clock, zone, noon + DAY, to_caregiver=to_caregiver
            ),
            lambda look: self._nudge_holds(day, clock, look, to_caregiver=to_caregiver),
            ends_with=lambda look, at: any(
                one.complete
                and one.day in self._week(day, one.at)
                and look < one.at <= at
                for one in self.life.reports
            ),
        )

    def _text(self, key, hour_in, holds, *, ends_with=None, after=None):  # type: ignore[no-untyped-def]
        """Find the first look that queues it, and when it then leaves."""
        for look, at, noise in sorted(self._looks(hour_in)):
            if after is not None and at <= after:
                continue
            if not self._followed(look, at) or not holds(look):
                continue
            if look > noise:
                return  # too late: kept as expired, and never sent
            leaves = self.history.up_from(look)
            if (
                leaves <= noise
                and leaves < self.history.ends
                and self._status(leaves) == self._status(look)
                and not (ends_with and ends_with(look, leaves))
            ):
                yield Due(self.life.id, key, leaves)
            return

    def _looks(self, hour_in) -> Iterator[tuple[datetime, datetime, datetime]]:  # type: ignore[no-untyped-def]
        """Every moment at which somebody looks whether the text is due by then."""
        zones = self.life.zones
        for place, (begins, zone) in enumerate(zones):
            ends = zones[place + 1][0] if place + 1 < len(zones) else self.history.ends
            hour = hour_in(zone)
            if hour is None:
                continue
            at, noise = hour
            changes = [one for one in self.life.replanned if begins <= one < ends]
            if begins < at < ends:
                sleeping = self.history.up_from(at)
                seen = [one for one in changes if at <= one < sleeping]
                if (look := min([sleeping, *seen])) < ends:
                    yield look, at, noise
            for one in changes:
                if at <= one < noise and one - at < DAY:
                    yield one, at, noise

    # -------------------------------------------------------------------------- visits

    def _visit(
        self, code: str, versions: list[Appointment], place: int, made: Appointment
    ) -> Iterator[Due]:
        if made.state not in ("planned", "booked"):
            return
        following = versions[place + 1].made if place + 1 < len(versions) else None
        day = self._visit_day(made)
        moved = place > 0 and day != self._visit_day(versions[place - 1])
        limit = made.booked_at or self._day_ends(day)
        key = f"R:{self.life.id}:{code}"

        def stands(look: datetime) -> bool:
            return made.made <= look and (following is None or look < following)

        def gone(look: datetime, at: datetime) -> bool:
            return following is not None and look < following <= at

        if moved:
            yield from self._told(f"{key}:moved:{made.version}", made, limit, gone)
        for offset, later in ((-7, -1), (-1, 0), (0, 1)):
            first = day + offset * DAY
            for ahead in range(later - offset):

                def holds(
                    look: datetime, first: date = first, ahead: int = ahead
                ) -> bool:
                    on = first + ahead * DAY
                    zone = self._zone(look)
                    hour = self._hour(on, "09:00", zone, limit)
                    told = self._told_day(made, limit, look) if moved else None
                    local = hour and hour[0].astimezone(ZoneInfo(zone)).date()
                    leaves = self._first_morning_out(first, look) == on
                    return stands(look) and local != told and leaves

                found = list(
                    self._text(
                        f"{key}:{offset}:{made.version}",
                        lambda zone, on=first + ahead * DAY: self._hour(
                            on, "09:00", zone, limit
                        ),
                        holds,
                        ends_with=gone,
                        after=made.made if place else None,
                    )
                )
                yield from found
                if found:
                    break

    def _first_morning_out(self, day: date, look: datetime) -> date:
        """The first day from ``day`` on that does not begin on the ward."""
        known = self.life.discharge
        left = known[1] if known is not None and known[0] <= look else None
        while day >= self.life.d0 and (
            day < self._stays_to(look) or day == left or self._still_here(day, look)
        ):
            day += DAY
        return day

    def _visit_day(self, made: Appointment) -> date:
        if made.booked_at is None:
            return made.target
        return made.booked_at.astimezone(ZoneInfo(self.life.site_zone)).date()

    def _zone(self, at: datetime) -> str:
        return [zone for since, zone in self.life.zones if since <= at][-1]

    def _told_at(self, made: Appointment, limit: datetime, zone: str) -> datetime:
        at = _after_quiet(made.made, self.life.quiet, zone)
        return at if at < limit else made.made

    def _told_day(
        self, made: Appointment, limit: datetime, look: datetime
    ) -> date | None:
        """The day on which the move was told, on their calendar."""
        if look < self.life.statuses[0][0] or made.made < self._status(look)[0]:
            return None
        zone = self._zone(look)
        return self._told_at(made, limit, zone).astimezone(ZoneInfo(zone)).date()

    def _told(
        self, key: str, made: Appointment, limit: datetime, gone
    ) -> Iterator[Due]:  # type: ignore[no-untyped-def]
        """The text with the new day: at once, or when quiet hours end."""
        if self._status(made.made)[1] != "active":
            return
        at = self._told_at(made, limit, self._zone(made.made))
        leaves = self.history.up_from(at)
        if (
            at < limit
            and leaves <= limit
            and leaves < self.history.ends
            and self._status(leaves) == self._status(made.made)
            and not gone(made.made, leaves)
        ):
            yield Due(self.life.id, key, leaves)

    # ------------------------------------------------------------------ second readings

    def _rechecks(self) -> Iterator[Due]:
        reports = self.life.reports
        for report in (one for one in reports if one.warm):
            if self._phase(report.day, report.at) not in ("W0", "W1", "W2"):
                continue  # from then on 37.6 is no reason to measure again
            at = report.at + 60 * MINUTE
            key = f"D:{self.life.id}:{report.day}:recheck-{report.entry_id}"

            def missing(look: datetime, mine: int = report.entry_id) -> bool:
                return not any(
                    one.entry_id > mine and one.at <= look for one in reports
                )

            yield from self._text(
                key, lambda _zone, a=at: (a, a + 60 * MINUTE), missing
            )


@cache
def _moment(day: date, clock: str, zone: str) -> datetime:
    """A wall clock's time in UTC: the first of two, or after the gap as far as before."""
    hour = time.fromisoformat(clock)
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _after_quiet(at: datetime, quiet: tuple[str, str], zone: str) -> datetime:
    """Minute by minute until the clock shows an hour that is not quiet."""
    begins, ends = (time.fromisoformat(one) for one in quiet)
    spot = at
    while True:
        shown = spot.astimezone(ZoneInfo(zone)).time()
        if not (shown >= begins or shown < ends):  # all quiet hours here span midnight
            return spot
        spot = (spot + MINUTE).replace(second=0, microsecond=0)


def _months(day: date, months: int) -> date:
    year, month = (
        day.year + (day.month - 1 + months) // 12,
        (day.month - 1 + months) % 12,
    )
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _six(d0: date) -> date:
    """Two weeks before six months after the infusion."""
    return _months(d0, 6) - 14 * DAY
