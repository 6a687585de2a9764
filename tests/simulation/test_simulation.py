"""A small study lived through: every reminder once, at its time, to who is still there.

``python -m tests.simulation`` lives through two years in all 30 zones.
"""

from __future__ import annotations

from tests.simulation.size import Size
from tests.simulation.study import lived

SMALL = Size(days=70, people=4, moves=25)


def test_no_reminder_is_missed_or_doubled_or_sent_to_who_left(
    database_url: str,
) -> None:
    counts = lived(database_url, seed=7, size=SMALL)
    assert counts.faults == []
    assert counts.wrong == 0
    assert counts.sent == counts.expected > 50
    assert {"moved", "reported", "discharged"} <= set(counts.acts)
