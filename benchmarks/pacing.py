"""How well a sender's rate is kept: reached on the whole, exceeded in no second.

``python -m benchmarks.pacing [RATE] [SECONDS] [DATABASE_URL]`` lets a whole engine work
off a queue of reminders that is far too long, before a provider that answers in 50 ms
and counts. Halfway an alert comes; it says how many reminders left before it.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path

from portal.db.migrate import upgrade
from portal.messages.gateways.gateway import Outgoing
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.queues import queue_reminders
from tests.support.settings import settings_for

ANSWER_SECONDS = 0.05
QUEUED = 10_000


def main() -> None:
    """Run it and print what was reached."""
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{Path(folder)}/pace.db"
        upgrade(url)
        runtime = Runtime(settings_for(url, send_rate=rate, lease_seconds=10.0))
        gateway = runtime.gateway = FakeGateway()
        gateway.hold = lambda _outgoing: time.sleep(ANSWER_SECONDS)
        world = build(runtime)
        queue_reminders(world, QUEUED)
        paged = run(runtime, world, seconds)
        report(gateway, rate, paged)
        runtime.close()


def run(runtime: Runtime, world: World, seconds: float) -> float:
    """Let the engine work for so long; the moment at which an alert was queued."""
    engine = Engine(runtime)
    engine.start()
    time.sleep(seconds / 2)
    world.page()
    paged = time.monotonic()
    time.sleep(seconds / 2)
    engine.stop()
    return paged


def report(gateway: FakeGateway, rate: float, paged: float) -> None:
    """What was reached, from the first hand-over to the last."""
    at = gateway.sent_at
    achieved = (len(at) - 1) / (at[-1] - at[0])
    window = math.ceil(rate) / rate
    most = max(sum(1 for one in at if a <= one < a + window) for a in at) / window
    (page,) = (n for n, each in enumerate(gateway.sent) if is_page(each))
    before = sum(1 for one in at[:page] if one > paged)
    print(f"rate {rate:g}/s, {QUEUED} reminders queued, {len(at)} texts left")
    print(f"achieved / rate: {achieved / rate:.3f}")
    print(f"fullest second / rate: {most / rate:.3f}")
    print(
        f"an alert left {(at[page] - paged) * 1000:.0f} ms after its commit,"
        f" {before} reminders before it"
    )


def is_page(outgoing: Outgoing) -> bool:
    return outgoing.number == NURSE_NUMBER


if __name__ == "__main__":
    main()
