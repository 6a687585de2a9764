"""A run: processes are killed at every named point in turn, then at random.

Whoever dies is started again, as a supervisor would; at the end everything is left in
peace until it is at rest, and the oracle is asked.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from portal import crash
from tests.faults.ground import STAFF_NUMBERS, Ground, ReportingPhone
from tests.faults.oracle import Verdict, judge
from tests.support.processes import Running, answers, free_port, start
from tests.support.provider import Provider
from tests.support.provider.account import (
    ACCEPT_THEN_500,
    ACCEPT_THEN_RESET,
    NOTHING_BUT_500,
    SENDER,
    SID,
    TOKEN,
)
from tests.support.settings import SECRET
from tests.support.waiting import PATIENCE, STEP, rest, until, within

BRIEFLY = 1.5  # what a point drawn at random is waited for
KILLS_A_STAGE = 50  # then all comes to rest, and answered alerts are closed
WEB_POINTS = (
    "submit.before_commit",
    "submit.after_commit",
    "submit.before_response",
    "transaction.before_commit",
    "transaction.after_commit",
)
ENGINE_POINTS = tuple(name for name in crash.POINTS if not name.startswith("submit."))
FAULTS = (ACCEPT_THEN_500, ACCEPT_THEN_RESET, NOTHING_BUT_500)


class NotReached(AssertionError):
    """A process did not come to the point at which it was to die."""


@dataclass
class Run:
    """Everything that takes part, and how many were killed where."""

    ground: Ground
    provider: Provider
    folder: Path
    seed: int
    port: int = field(default_factory=free_port)
    kills: Counter[str] = field(default_factory=Counter)
    web: Running | None = None
    engine: Running | None = None
    tell: Callable[[int], None] = lambda _kills: None
    """Hears each kill's number: a long run says how far it is."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._names = count(1)
        self._hands = ThreadPoolExecutor(1)
        quiet = [self.ground.number(person) for person in (0, 1)]
        for number in (*quiet, STAFF_NUMBERS["nurse"]):
            self.provider.handset(number, receipts="none")
        self.provider.handset(STAFF_NUMBERS["doctor"], receipts="reordered")

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    def settings(self, crash_at: str | None) -> dict[str, str]:
        return {
            "PORTAL_MODE": "development",
            "PORTAL_DATABASE_URL": self.ground.url,
            "PORTAL_SECRET_KEY": SECRET,
            "PORTAL_PORT": str(self.port),
            "PORTAL_PUBLIC_URL": self.base,
            "PORTAL_LEASE_SECONDS": "0.3",
            "PORTAL_SETTLE_SECONDS": "0.1",
            "PORTAL_LOG_LEVEL": "INFO",
            "PORTAL_CLOCK_FILE": self.ground.clock_file,
            "PORTAL_ALLOW_UNAPPROVED": "yes",
            "PORTAL_GATEWAY": "twilio",
            "PORTAL_TWILIO_API_BASE": self.provider.url,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            **({"PORTAL_CRASH_AT": crash_at} if crash_at else {}),
        }

    # Processes

    def start_web(self, crash_at: str | None = None) -> None:
        self.web = self._start("portal", "serve", crash_at=crash_at)
        self.until(lambda: answers(f"{self.base}/livez"), "the web to answer")

    def start_engine(self, crash_at: str | None = None) -> None:
        self.engine = self._start("scheduler", crash_at=crash_at)

    def _start(self, *program: str, crash_at: str | None) -> Running:
        output = self.folder / f"{next(self._names)}-{program[0]}.txt"
        return start(*program, output=output, settings=self.settings(crash_at))

    def kill(self, child: Running | None, where: str) -> None:
        """Kills a process, unless it did so itself; it is counted once."""
        assert child is not None
        status = child.kill()
        assert status == -9, f"it ended by itself with {status}:\n{child.said()}"
        self.kills[where] += 1
        self.tell(self.kills.total())

    def died_at(self, child: Running | None, point: str, seconds: float) -> bool:
        """Waits for an armed process to die; whether it did."""
        assert child is not None
        died = within(seconds, child.ended)
        if died:
            self.kill(child, point)
        return died

    def until(self, holds: Callable[[], bool], what: str) -> None:
        until(holds, what, self.ground.still_open)

    # What people do meanwhile

    def report(self, *, dies: float | None = None, point: str = "web") -> None:
        """Somebody reports a red flag and repeats it until told "received".

        ``dies``: the web is killed after so many seconds. It is started again
        whenever it is dead.
        """
        phone = self.ground.phone(self.base)
        told = self._hands.submit(self._insist, phone)
        if dies is not None:
            rest(dies)
            self.kill(self.web, "web")
            self.start_web()
        while not told.done():
            if self.web is not None and self.web.ended():
                self.kill(self.web, point)
                self.start_web()
            rest(STEP)
        told.result()

    def _insist(self, phone: ReportingPhone) -> None:
        until(phone.report, "the answer", lambda: (phone.status, phone.page))

    def remind(self) -> str:
        return self.ground.remind(self.random.randrange(len(self.ground.reminded)))

    def send_code(self) -> str:
        who = self.random.randrange(len(self.ground.reminded))
        return self.ground.send_code(who, f"{self.random.randrange(10**6):06}")

    def page_unclearly(self) -> None:
        """An alert whose first pages the provider takes without saying so."""
        for number in STAFF_NUMBERS.values():
            self.provider.fail(number, ACCEPT_THEN_500)
        self.report()

    def remind_unclearly(self) -> None:
        for person in range(len(self.ground.reminded)):
            number = self.ground.remind(person)
            self.provider.fail(number, NOTHING_BUT_500)

    # The two halves

    def kill_at_every_point(self) -> None:
        """Each point once at least, with the work that leads there."""
        self.start_web()
        for work, points in self._plan():
            for point in points:
                self.kill_engine_at(point, work)
        for point in WEB_POINTS:
            self.kill(self.web, "web")
            self.start_web(f"{point}:1")
            before = self.kills[f"web {point}"]
            self.report(point=f"web {point}")
            if self.kills[f"web {point}"] == before:
                raise NotReached(f"the web never came to {point}")

    def _plan(self) -> list[tuple[Callable[[], object], tuple[str, ...]]]:
        """Slow ones first: a reminder without an answer is looked up half a minute on."""
        return [
            (self.remind, ("send.before", "send.after")),
            (self.send_code, ("send.before",)),
            (lambda: None, ("resolve.suspected",)),
            (lambda: None, ("lease.taken", "lease.renewed")),
            (self.report, ("claim.before_commit", "claim.after_commit")),
            (self.report, ("send.before", "send.after")),
            (self.report, ("record.before_commit", "record.after_commit")),
            (self._escalate, ("job.before_commit", "job.after_commit")),
            (self.page_unclearly, ("resolve.asking", "resolve.answered")),
            (
                self.page_unclearly,
                ("resolve.before_commit", "resolve.after_commit"),
            ),
            (self.report, ("transaction.before_commit", "transaction.after_commit")),
        ]

    def _escalate(self) -> None:
        self.report()
        assert self.ground.let_time_pass()

    def kill_engine_at(self, point: str, work: Callable[[], object]) -> None:
        self.start_engine(f"{point}:1")
        work()
        if not self.died_at(self.engine, f"engine {point}", PATIENCE):
            assert self.engine is not None
            left = "\n".join(self.ground.still_open())
            raise NotReached(
                f"the engine never came to {point}:\n{self.engine.said()}\n{left}"
            )

    def kill_at_random(self, kills: int) -> None:
        """Goes on until so many were killed in all, web or engine, wherever they are."""
        if self.web is None or self.web.ended():
            self.start_web()
        rested = self.kills.total()
        while self.kills.total() < kills:
            armed = self.random.random() < 0.6
            point = self.random.choice(ENGINE_POINTS)
            hit = self.random.randint(1, 4)
            self.start_engine(f"{point}:{hit}" if armed else None)
            self._busy_moment()
            if not (armed and self.died_at(self.engine, f"engine {point}", BRIEFLY)):
                rest(self.random.uniform(0, 0.4))
                self.kill(self.engine, "engine")
            if self.kills.total() - rested >= KILLS_A_STAGE:
                self.come_to_rest()
                rested = self.kills.total()

    def _busy_moment(self) -> None:
        """Reminders, a code, a report, now and then a fault of the provider's."""
        draw = self.random
        numbers = [self.remind() for _ in range(draw.randint(0, 2))]
        if draw.random() < 0.3:
            numbers.append(self.send_code())
        if draw.random() < 0.3:
            wrong = draw.choice([*numbers, *STAFF_NUMBERS.values()])
            self.provider.fail(wrong, draw.choice(FAULTS))
        chance = draw.random()
        if chance < 0.25:
            self.report(dies=draw.uniform(0, 0.1))
        elif chance < 0.6:
            self.report()
        elif chance < 0.75:
            self.ground.let_time_pass()

    def come_to_rest(self) -> None:
        """Lets an engine and the web work in peace until nothing is left to do."""
        self.start_engine()
        if self.web is None or self.web.ended():
            self.start_web()
        self.until(self.ground.at_rest, "everything to come to rest")
        self.ground.close_alerts()
        self.kill(self.engine, "engine")

    def verdict(self) -> Verdict:
        self.come_to_rest()
        return judge(self.ground, self.provider)

    def close(self) -> None:
        for child in (self.web, self.engine):
            if child is not None:
                child.end()
        self._hands.shutdown(wait=False, cancel_futures=True)
