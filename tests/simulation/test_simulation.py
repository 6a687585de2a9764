"""A small study lived through: every reminder once, at its time, to who is still there.

``python -m tests.simulation`` lives through two years in all 30 zones.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.hours.trials import simulated
from tests.simulation.counting import Counts, counted
from tests.simulation.history import Appointment, History, Life, Sent
from tests.simulation.oracle import expected
from tests.simulation.size import Size
from tests.simulation.study import lived

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
D0 = date(2026, 3, 2)
BERLIN = "Europe/Berlin"


@pytest.mark.in_turn
@pytest.mark.parametrize("seed", [7, pytest.param(8, marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_no_reminder_is_missed_or_doubled_or_sent_to_who_left(
    database_url: str, seed: int
) -> None:
    counts = lived(database_url, seed, Size(days=45, people=2, moves=10, first=seed))
    assert counts.faults == []
    assert counts.wrong == 0
    assert counts.sent == counts.expected > 20
    assert {"moved", "reported", "discharged"} <= set(counts.acts)


# ------------------------------------------------------------ the counting can fail


def history() -> History:
    """A silent participant in Berlin through the change of clocks, and one visit."""
    life = Life(
        id=1,
        d0=D0,
        site_zone=BERLIN,
        quiet=("21:00", "08:00"),
        zones=[(BEGINS, BERLIN)],
        statuses=[(BEGINS, "active")],
        numbers=[(BEGINS, "+1")],
        visits={"D28": [Appointment(BEGINS, 1, "planned", D0 + timedelta(28), None)]},
        discharge=(datetime(2026, 3, 10, 7, tzinfo=UTC), date(2026, 3, 10)),
    )
    found = History(BEGINS, BEGINS + timedelta(days=32), lives=[life])
    found.sent = [Sent(1, due.key, "+1", due.at) for due in expected(found)]
    return found


def place(found: History, key: str) -> int:
    return [one.key for one in found.sent].index(key)


def moments(found: History, part: str) -> list[str]:
    return [f"{one.at:%m-%d %H:%M}" for one in found.sent if part in one.key]


@pytest.mark.in_turn
def test_where_nobody_knows_whether_they_are_home_the_days_first_text_goes_out(
    database_url: str,
) -> None:
    """Far from the site the text of one in the afternoon is the first of its day."""
    moved_on_a_day_like_that = datetime(2026, 4, 4, 11, tzinfo=UTC)
    found = simulated(database_url, moved_on_a_day_like_that, "Pacific/Auckland")
    assert found.looked_at
    assert found.faults == ()


def test_the_oracle_keeps_wall_clocks_through_a_change() -> None:
    found = moments(history(), ":10:05")
    assert (found[0], found[-1]) == ("03-10 09:05", "04-01 08:05")
    assert moments(history(), "R:1:D28") == [
        "03-23 08:00",
        "03-29 07:00",
        "03-30 07:00",
    ]


def test_what_left_as_it_should_has_no_fault() -> None:
    counts = counted(history())
    assert (counts.wrong, counts.faults) == (0, [])
    assert counts.sent == counts.expected > 40


def test_a_text_that_did_not_leave_is_missed() -> None:
    found = history()
    del found.sent[place(found, "R:1:D28:-1:1")]
    assert counted(found).missed == 1


def test_a_text_that_left_twice_is_doubled() -> None:
    found = history()
    twice = found.sent[place(found, "R:1:D28:-1:1")]
    found.sent.append(Sent(1, f"{twice.key}~2", "+1", twice.at))
    assert counted(found).doubled == 1


def test_a_text_an_hour_off_is_seen() -> None:
    found = history()
    at = place(found, "R:1:D28:0:1")
    one = found.sent[at]
    found.sent[at] = Sent(1, one.key, "+1", one.at + timedelta(hours=1))
    assert counted(found).off_time == 1


def test_a_text_to_somebody_who_left_is_seen() -> None:
    found = history()
    last = max(one.at for one in found.sent)
    found.lives[0].statuses.append((last - timedelta(minutes=1), "withdrawn"))
    counts = counted(found)
    assert (counts.to_who_left, counts.unasked) == (1, 1)


def test_a_text_to_an_old_number_or_that_nobody_planned_is_seen() -> None:
    found = history()
    found.sent[0] = Sent(1, found.sent[0].key, "+2", found.sent[0].at)
    found.sent.append(Sent(1, "R:1:D14:-1:1", "+1", BEGINS + timedelta(days=12)))
    counts = counted(found)
    assert (counts.wrong_number, counts.unasked) == (1, 1)


def test_parts_of_a_study_are_counted_together() -> None:
    total = Counts()
    total.add(counted(history()))
    total.add(counted(history()))
    assert total.sent == 2 * counted(history()).sent
