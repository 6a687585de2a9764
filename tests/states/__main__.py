"""``python -m tests.states``: searches every order of events, and says how many."""

from __future__ import annotations

import sys
import time

from portal.vocabulary.messages import Purpose
from tests.states.search import search
from tests.states.world import ANSWERED, alert, text

STARTS = {
    "an alert, all at once": alert(minutes=0, stall=0),
    "an alert on a machine that stands still": alert(minutes=0, pause=0, crash=0),
    "an alert of two rungs": alert(fault=0, stall=0, pause=0),
    "an alert, answered and left": alert(
        minutes=0, stall=0, pause=0, callback=0, fault=0, **(ANSWERED | {"person": 2})
    ),
    "a reminder, two faults": text(Purpose.REMINDER, fault=2),
    "a code, two faults": text(Purpose.CODE, fault=2),
}


def main() -> int:
    violations = 0
    for name, start in STARTS.items():
        began = time.monotonic()
        found = search(start)
        violations += len(found.violations)
        sys.stdout.write(
            f"{name}: {found.states} states, {found.steps} steps, {found.ends} ends,"
            f" {len(found.violations)} violations"
            f" ({time.monotonic() - began:.0f} s)\n"
        )
        sys.stdout.write("".join(f"{each}\n" for each in found.violations))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
