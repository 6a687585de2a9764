"""One engine: a cycle at each tick, a delivery after each commit, a clean stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path

from sqlalchemy import Engine as Database

from portal.db.dialect import CommitWatch, open_watch
from portal.engine.clocks import step_in
from portal.engine.guarded import Failed, FinishedWork, guarded
from portal.engine.leases import FenceLost, Held
from portal.runtime import Runtime
from scheduler.heartbeat import Heartbeat
from scheduler.jobs import JOBS, Job, JobContext
from scheduler.leadership import Leadership
from scheduler.metronome import Metronome, SteppedZone
from scheduler.second_path import SecondPath
from scheduler.sending.delivery import Delivery
from scheduler.sending.lookups import Resolver
from scheduler.sending.polling import Poller
from scheduler.timekeeping import Timekeeper
from scheduler.watchdog import Watchdog, end_process

PERIOD_SECONDS = 1.0
STOP_SECONDS = 7.0
FAREWELL_SECONDS = 2.5  # wait for jobs, wake-ups and look-ups that still run
REOPEN_SECONDS = 1.0
GIVE_UP_SECONDS = 1.0
ALARM_SECONDS = 10.0  # without a successful cycle
WATCH_SECONDS = 0.1  # between two checks for a free thread
log = logging.getLogger(__name__)


class Engine:
    """Acts while it holds the lease; stands by while another engine holds it."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        jobs: tuple[Job, ...] = JOBS,
        watchdog: Watchdog | None = None,
        period: float = PERIOD_SECONDS,
        watch: Callable[[Database], CommitWatch] = open_watch,
    ) -> None:
        self._runtime = runtime
        self._jobs = jobs
        self._watchdog = watchdog or Watchdog(end=self._give_up)
        self._open_watch = watch
        self.leadership = Leadership(runtime)
        self._well_at, self._alarmed = time.monotonic(), False
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._cycling = threading.Lock()
        wake, held = self._woken.set, self._may_act
        self.delivery = Delivery(runtime, held, wake)
        self.resolver = Resolver(runtime, held, wake)
        self.poller = Poller(runtime, held)
        self._bench = JobContext(
            runtime,
            self.delivery,
            self.resolver,
            self.poller,
            held,
            Timekeeper(runtime, held),
        )
        self._heartbeat = Heartbeat(runtime)
        self._second_path = SecondPath(runtime)
        self._metronome = Metronome(self.cycle, period, _zone(runtime))
        self._waker = threading.Thread(target=self._wake_up, name="waker", daemon=True)

    def _may_act(self) -> Held | None:
        return None if self._stopping.is_set() else self.leadership.held()

    def _give_up(self, status: int) -> None:
        """End a process that is stuck; give back its lease first, if that still works.

        Otherwise the next engine would wait until the lease runs out.
        """
        release = threading.Thread(
            target=lambda: guarded("giving up", self.leadership.release), daemon=True
        )
        release.start()
        release.join(GIVE_UP_SECONDS)
        end_process(status)

    def start(self) -> None:
        """Do one cycle at once, then continue in the engine's own threads."""
        self._watchdog.start()
        self.cycle()
        self._waker.start()
        self._heartbeat.start()
        self._second_path.start()
        self._metronome.start()

    def cycle(self) -> bool:
        """Do every job once; return whether all of them succeeded."""
        with self._cycling:
            return not self._stopping.is_set() and self._cycle()

    def _cycle(self) -> bool:
        self._runtime.clocks.read_again()  # the study clock may have been moved
        sought = guarded("seeking the lease", self.leadership.seek)
        self._watchdog.progress()
        well = isinstance(sought, FinishedWork)
        if isinstance(sought, FinishedWork) and sought.value:
            went = [self._do(job) for job in self._jobs]  # all, even if one fails
            well = all(went)
        end = guarded("beat", lambda: self.leadership.finish_cycle(well=well))
        self._watchdog.progress()
        well = well and isinstance(end, FinishedWork)
        self._say_if_ill(well)
        if well and self.leadership.held() is not None:
            self._heartbeat.cycle_done()
        return well

    def _say_if_ill(self, well: bool) -> None:
        """Log an alarm if no cycle succeeds; by then the heartbeat stopped too."""
        if well:
            self._well_at, self._alarmed = time.monotonic(), False
        ill = time.monotonic() - self._well_at
        if ill > ALARM_SECONDS and not self._alarmed:
            log.critical("no successful cycle for %.0f s", ill)
            self._alarmed = True

    def _do(self, job: Job) -> bool:
        done = guarded(job.name, lambda: job.act(self._bench))
        self._watchdog.progress()
        if isinstance(done, Failed) and isinstance(done.error, FenceLost):
            self.leadership.lose()
        return isinstance(done, FinishedWork)

    def _wake_up(self) -> None:
        """Deliver as soon as somebody commits or a thread becomes free."""
        while not self._stopping.is_set():
            guarded("waking up", self._watch_until_it_fails)
            self._stopping.wait(REOPEN_SECONDS)

    def _watch_until_it_fails(self) -> None:
        watch = self._open_watch(self._runtime.database.engine)
        self._woken.set()  # for commits made before the watch began
        try:
            while not self._stopping.is_set():
                self._deliver_when_woken(watch)
        finally:
            watch.close()

    def _deliver_when_woken(self, watch: CommitWatch) -> None:
        held_back = self.delivery.seconds_to_wait()
        pause = WATCH_SECONDS if held_back is None else min(WATCH_SECONDS, held_back)
        its_turn = held_back is not None and held_back <= pause
        if watch.wait(pause) or self._woken.is_set() or its_turn:
            self._woken.clear()
            self.delivery.deliver()

    def drain(self, seconds: float) -> bool:
        """Deliver until nothing is due or under way, for at most ``seconds``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            idle = self.delivery.wait(0)  # a message under way blocks its number
            if self.delivery.deliver() == 0 and idle:
                held_back = self.delivery.seconds_to_wait()
                if held_back is None:
                    return True
                self._stopping.wait(min(held_back, seconds))
            self.delivery.wait(max(0.0, until - time.monotonic()))
        return False

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop claiming, finish or mark what is under way, release the lease."""
        held = self.leadership.held()
        self._stopping.set()
        self._metronome.stop()
        self._heartbeat.stop()
        self._second_path.stop()
        guarded("stopping", lambda: self.delivery.stop(held, seconds))
        self._wait_for_threads(FAREWELL_SECONDS)
        guarded("releasing the lease", self.leadership.release)
        self._watchdog.stop()
        log.info("engine %s stopped", self.leadership.name)

    def _wait_for_threads(self, seconds: float) -> None:
        """Wait for threads that use the database; the process's end stops the rest."""
        until = time.monotonic() + seconds
        if self._cycling.acquire(timeout=seconds):
            self._cycling.release()
        if self._waker.is_alive():
            self._waker.join(max(0.0, until - time.monotonic()))
        self.resolver.wait(max(0.0, until - time.monotonic()))
        self.poller.wait(max(0.0, until - time.monotonic()))


def _zone(runtime: Runtime) -> tzinfo:
    """UTC, or the clock file's time in tests."""
    path = runtime.settings.clock_file
    return SteppedZone(lambda: step_in(Path(path))) if path else UTC
