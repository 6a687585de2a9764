"""The second path of a dangerous report: from the red-flag journal to people.

It needs no lease and, to page, no database: its own thread reads the journal each
second. A report that the database lacks is stored there, and its alert climbs the
ladder. While it cannot be stored, everybody on the card is paged directly, again and
again, until it is stored or somebody confirms it.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from os import stat_result
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from portal.alerting import offline_call_list
from portal.alerting.offline_call_list import CallListEntry
from portal.diary.journal import imports, journal_file
from portal.diary.journal.journaled_reports import Journal, JournaledReport
from portal.engine import holds
from portal.engine.guarded import FinishedWork, guarded
from portal.messages.gateways.gateway import Outgoing
from portal.phone_numbers import masked
from portal.runtime import Runtime

PERIOD_SECONDS = 1.0
CARD_SECONDS = 60.0
CALL_SECONDS = 8.0
WAITS = (timedelta(minutes=2), timedelta(minutes=5))  # after pages 1 and 2
AGAIN = timedelta(minutes=10)
AT_LEAST = timedelta(seconds=30)  # between two pages, also when many reports come
AT_A_TIME = 8
log = logging.getLogger(__name__)


class SecondPath:
    """Watches the journal named in the settings; without one it does nothing."""

    def __init__(
        self, runtime: Runtime, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._runtime = runtime
        self._path = runtime.settings.red_flag_journal
        self._monotonic = monotonic
        self._seen: tuple[int, ...] | None = None
        self._journal = Journal({}, (), {}, {})
        self._settled: set[str] = set()
        self._card_at = float("-inf")
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._go_on, name="second path", daemon=True
        )

    def start(self) -> None:
        """Start the thread, if there is a journal."""
        if self._path:
            self._thread.start()

    def stop(self) -> None:
        """Stop; do not wait for a page under way."""
        self._stopped.set()

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            guarded("the second path", self.look)
            self._stopped.wait(PERIOD_SECONDS)

    def look(self) -> int:
        """Settle the journal's reports, or page; return how many stay unsettled."""
        if self._path is None:
            return 0
        self._read(self._path)
        left = self._open()
        if left:
            left = self._settle(left)
        if left:
            self._page(self._path, left)
        elif self._monotonic() - self._card_at > CARD_SECONDS:
            self._renew_card(self._path)
        return len(left)

    def _read(self, path: str) -> None:
        seen = _looks(Path(path).stat()) if Path(path).exists() else None
        if seen != self._seen:
            self._journal, self._seen = journal_file.read(path), seen

    def _open(self) -> list[JournaledReport]:
        done = self._settled | self._journal.taken.keys()
        return [slip for slip in self._journal.slips.values() if slip.id not in done]

    def _settle(self, slips: list[JournaledReport]) -> list[JournaledReport]:
        """Store what the database lacks; return the reports that failed."""
        looked = guarded("looking into the database", lambda: self._missing(slips))
        if not isinstance(looked, FinishedWork):
            return slips
        here = {slip.id for slip in slips} - {slip.id for slip in looked.value}
        self._settled |= here
        return [slip for slip in looked.value if not self._bring_in(slip)]

    def _missing(self, slips: list[JournaledReport]) -> list[JournaledReport]:
        with self._runtime.reading() as session:
            return imports.missing(session, slips)

    def _bring_in(self, slip: JournaledReport) -> bool:
        done = guarded("bringing in a report", lambda: self._brought(slip))
        if not (isinstance(done, FinishedWork) and done.value):
            return False
        self._settled.add(slip.id)
        log.warning("report %s was stored from the red-flag journal", slip.code)
        return True

    def _brought(self, slip: JournaledReport) -> bool:
        runtime = self._runtime
        with runtime.writing() as session:
            return imports.bring_in(
                session,
                runtime.studies(session),
                slip,
                now=runtime.now(),
            )

    def _renew_card(self, path: str) -> None:
        runtime = self._runtime
        with runtime.reading() as session:
            rings = offline_call_list.on_call(
                session,
                runtime.studies(session),
                now=runtime.now(),
            )
        offline_call_list.keep(path, rings)
        self._card_at = self._monotonic()

    def _page(self, path: str, left: list[JournaledReport]) -> None:
        """Page everybody on the card, if it is time and no other engine does it."""
        if self._is_copy():
            return
        with journal_file.alone(path) as alone:
            now = self._runtime.real_now()
            if not alone or not is_time(journal_file.read(path), left, now):
                return
            journal_file.note_paged(path, now)
        rings = offline_call_list.read(path)
        log.critical(
            "%s dangerous reports are only in the journal: paging %s numbers",
            len(left),
            len(rings),
        )
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="ring") as ringing:
            for ring in rings:
                ringing.submit(self._ring, ring, spoken(left))

    def _is_copy(self) -> bool:
        try:
            with self._runtime.reading() as session:
                return holds.standing(session).is_copy
        except SQLAlchemyError:
            return False  # not known, and a lost page could kill

    def _ring(self, ring: CallListEntry, code: str) -> None:
        outgoing = Outgoing(
            reference=secrets.token_hex(8),
            channel=ring.channel,
            number=ring.number,
            body=ring.saying(code),
            language=ring.language,
            sent_at=self._runtime.real_now(),
            seconds=CALL_SECONDS,
        )
        answer = guarded("paging", lambda: self._runtime.send(outgoing))
        said = (
            type(answer.value).__name__
            if isinstance(answer, FinishedWork)
            else "failed"
        )
        log.warning("%s to %s: %s", ring.channel, masked(ring.number), said)


def spoken(left: list[JournaledReport]) -> str:
    """What a page says about these reports: the newest code, and how many more."""
    codes = list(dict.fromkeys(slip.code for slip in reversed(left)))
    return codes[0][:12] + (f" +{len(codes) - 1}" if len(codes) > 1 else "")


def is_time(journal: Journal, left: list[JournaledReport], now: datetime) -> bool:
    """Whether to page now: at once for a new report, then less and less often.

    The wall clock may have been moved forward or back since the last page.
    """
    since = journal.paged_since(left)
    wait = AT_LEAST
    if since:
        wait = WAITS[len(since) - 1] if len(since) <= len(WAITS) else AGAIN
    return not journal.paged or abs(now - journal.paged[-1]) >= wait


def _looks(stat: stat_result) -> tuple[int, ...]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
