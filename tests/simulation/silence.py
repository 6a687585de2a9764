"""``python -m tests.simulation.silence``: how long somebody is silent before people ask.

Somebody of the first study gives a last sign and then none. The rules by which the
engine acts say when the first person is asked to phone and when the doctor is paged, if
nobody answers. Prints the table of docs/reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.protocol.calendar.whereabouts import HospitalStay
from portal.protocol.study.model import Study
from portal.study_files import load_study
from portal.visits.reminders.rules.occasions import occasions
from portal.visits.reminders.rules.person import (
    DayReport,
    Occasion,
    OccasionKind,
    RemindedPerson,
)

D0, ZONE = date(2026, 3, 2), "Asia/Shanghai"
DAY = timedelta(days=1)
HOME = 7  # the day of discharge
HEAD = "| where | last sign | first person asked | hours | doctor paged | hours |"


@dataclass(frozen=True)
class Silence:
    """A last sign: on which day of the study, at which hour, of which kind."""

    where: str
    day: int
    clock: str
    told: str
    entries: int = 1
    alarming: bool = False

    def last(self) -> datetime:
        hour, minute = map(int, self.clock.split(":"))
        at = datetime(D0.year, D0.month, D0.day, hour, minute, tzinfo=ZoneInfo(ZONE))
        return (at + self.day * DAY).astimezone(UTC)


ALL = (
    Silence("W1, first 14 days at home", 10, "09:00", "diary, no evening reading"),
    Silence("W1, first 14 days at home", 10, "19:30", "evening reading", 2),
    Silence("W1, first 14 days at home", 10, "19:30", "fever", 2, alarming=True),
    Silence("W1, later", 23, "09:00", "diary"),
    Silence("W1, later", 23, "09:00", "fever", alarming=True),
    Silence("W2", 45, "09:00", "diary"),
    Silence("W3", 7 * 20, "09:00", "weekly diary"),
)


def table() -> Iterator[str]:
    """The table, line by line."""
    study = load_study("dcar-sle")
    yield HEAD
    yield "|---|---|---|---|---|---|"
    for silence in ALL:
        first, doctor = asked(study, silence)
        told = [_told(silence, one) for one in (first, doctor)]
        yield f"| {silence.where} | {silence.told}, {silence.clock} | {' | '.join(told)} |"


def asked(study: Study, silence: Silence) -> tuple[Occasion, Occasion]:
    """The first call, and the step that pages the doctor, if nothing more comes."""
    person, last = somebody(silence), silence.last()
    found = occasions(study, person, last, last + 30 * DAY)
    calls = [one for one in found if one.kind is OccasionKind.CALL_TASK]
    doctor = [one for one in found if one.detail.get("role") == "doctor"]
    return calls[0], doctor[0]


def somebody(silence: Silence) -> RemindedPerson:
    """Who reported on each day up to the last sign, and not after it."""
    last = silence.last()
    usual = DayReport(complete=True, heard=True, entries=2)
    days = {D0 + day * DAY: usual for day in range(silence.day)}
    days[D0 + silence.day * DAY] = replace(
        usual, entries=silence.entries, alarming=silence.alarming, heard_at=last
    )
    home = (HospitalStay(D0, D0 + HOME * DAY),)
    begins = last - 400 * DAY
    quiet = ("21:00", "08:00")
    return RemindedPerson(1, D0, ZONE, ZONE, quiet, begins, home, days=days)


def _told(silence: Silence, one: Occasion) -> str:
    at, last = one.at.astimezone(ZoneInfo(ZONE)), silence.last()
    later = (at.date() - last.astimezone(ZoneInfo(ZONE)).date()).days
    hours = (one.at - last) / timedelta(hours=1)
    who = one.detail["role"] or one.detail["call"].role
    day = f", {later} d later" if later else ""
    return f"{who} {at:%H:%M}{day} | {hours:g}"


if __name__ == "__main__":
    print("\n".join(table()))
