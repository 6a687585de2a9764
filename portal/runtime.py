"""What a process owns: settings, database, clock, studies, gateway.

Only this module reads the clock. Study time never goes back, whatever the machine's
clock does, and may run ahead of real time in demo and rehearsal. Leases, deadlines,
codes and sessions always use real time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import audit, crash, study_versions
from portal.config import Settings
from portal.db.engine import StudyClock
from portal.db.session import Database
from portal.diary import red_flag_journal
from portal.engine import clock_steps
from portal.engine.clock_steps import Mark
from portal.engine.steady_clock import SteadyClock
from portal.messages import simulated_phones
from portal.messages.gateways.channels import Channels, Nobody
from portal.messages.gateways.gateway import Gateway, Outgoing
from portal.messages.gateways.mail import MailGateway, relay_at
from portal.messages.gateways.outcomes import Outcome, Rejected
from portal.messages.gateways.settings import may_reach
from portal.messages.gateways.simulated import LogGateway
from portal.protocol.study.model import Study

OFFSET_SECONDS_CACHED = 0.25
MARK_SECONDS_CACHED = 1.0
log = logging.getLogger(__name__)


def system_clock() -> datetime:
    """Real time, in UTC."""
    return datetime.now(UTC)


def stepped(clock: Callable[[], datetime], path: Path) -> Callable[[], datetime]:
    """A clock set forward or back by the seconds in a file, for tests of steps."""

    def shown() -> datetime:
        return clock() + timedelta(seconds=step_in(path))

    return shown


@cache
def boot_id() -> str:
    """What names this run of the machine; empty where nobody says."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def step_in(path: Path) -> float:
    """The seconds by which the clock is set; none where the file is not there."""
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0


class Runtime:
    """Everything that use cases are handed and that tests replace.

    A clock of a test's own is gone by as it is, unless ``monotonic`` is given too.
    ``clock_held``: the clock leapt, and what goes by the calendar waits for a person.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = system_clock,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self.settings = settings
        self.clock_held = False
        if clock is system_clock:
            monotonic = monotonic or time.monotonic
            if settings.clock_file:
                clock = stepped(clock, Path(settings.clock_file))
        self._steady = SteadyClock(clock, monotonic) if monotonic else None
        self._monotonic = monotonic or time.monotonic
        self._epoch: int | None = None
        self._marked_at = float("-inf")
        self._marking = threading.Lock()
        crash.arm(settings.crash_at)
        self.database = Database(settings.database_url)
        self._clock = clock
        self._studies: dict[int, Study] = {}
        self._offset = timedelta(0)
        self._offset_read = float("-inf")
        self.gateway: Gateway = self._chosen_gateway()

    def _chosen_gateway(self) -> Gateway:
        """Texts and calls by the provider chosen; e-mail by a relay, where one is."""
        log = LogGateway(_DatabaseHandsets(self))
        usual = _twilio(self.settings) if self.settings.gateway == "twilio" else log
        if self.settings.smtp_url:
            relay = relay_at(self.settings.smtp_url, self.settings.smtp_from or "")
            return Channels(usual, email=MailGateway(relay))
        if usual is log:
            return log  # its simulated phones show e-mail too
        return Channels(usual, email=Nobody("mail", "no e-mail is set up"))

    def real_now(self) -> datetime:
        """Real time, in UTC: for leases, deadlines, codes and sessions."""
        return self._clock()

    def now(self) -> datetime:
        """Study time, in UTC: it never goes back; in the demo, plus its offset."""
        return self.steady_now() + self._study_offset()

    def steady_now(self) -> datetime:
        """Real time as it is gone by: a clock set back does not set it back."""
        if self._steady is None:
            return self._clock()
        if time.monotonic() - self._marked_at > MARK_SECONDS_CACHED:
            self.look_at_mark()
        return self._steady.now()

    def clock_lead(self) -> timedelta:
        """How far the time gone by is ahead of the clock, which was set back."""
        self.steady_now()  # a person may have set it right in another process
        return self._steady.lead() if self._steady else timedelta(0)

    def look_at_mark(self) -> None:
        """Be no earlier than other processes were, and as early as a person said.

        While the database does not answer, this process goes by its own seconds.
        """
        if self._steady is None or not self._marking.acquire(blocking=False):
            return
        try:
            self._marked_at = time.monotonic()
            with self.database.reading() as session:
                mark = clock_steps.mark(session)
            self._go_by(self._steady, mark)
        except SQLAlchemyError:
            log.debug("the mark of the clock cannot be read")
        finally:
            self._marking.release()

    def _go_by(self, steady: SteadyClock, mark: Mark) -> None:
        if self._epoch is not None and mark.epoch != self._epoch:
            steady.reset()
        self._epoch = mark.epoch
        reckoned = mark.reckoned(boot_id(), self._monotonic())
        if reckoned is not None:
            steady.reach(reckoned)

    def mark_to_keep(self) -> Mark:
        """The time gone by, for other processes and the next one."""
        at = self.steady_now()
        return Mark(at, self._epoch or 0, boot_id(), self._monotonic())

    def _study_offset(self) -> timedelta:
        if not self.settings.demo:
            return timedelta(0)
        if time.monotonic() - self._offset_read > OFFSET_SECONDS_CACHED:
            with self.database.reading() as session:
                row = session.get(StudyClock, 1)
                seconds = row.offset_seconds if row else 0
            self._offset = timedelta(seconds=seconds)
            self._offset_read = time.monotonic()
        return self._offset

    def forget_offset(self) -> None:
        """Read the study clock's offset anew at the next ``now()``."""
        self._offset_read = self._marked_at = float("-inf")

    def reading(self) -> AbstractContextManager[Session]:
        """A session for who is asking and what is shown."""
        return self.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One write transaction; its audit rows are chained in just before commit."""
        with self.database.writing() as session:
            yield session
            audit.seal(session)
            crash.point("transaction.before_commit")
        crash.point("transaction.after_commit")
        self._note_red_flags(session)

    def _note_red_flags(self, session: Session) -> None:
        """Keep what was just committed a second time, outside the database."""
        for slip in red_flag_journal.remembered(session):
            try:
                red_flag_journal.note(self.settings.red_flag_journal, slip)
            except OSError as error:  # it is stored: the journal only doubles it
                log.critical("the red-flag journal cannot be written: %s", error)

    def study(self, session: Session, study_version_id: int) -> Study:
        """The study of an enrolment; versions never change, so they are kept."""
        if study_version_id not in self._studies:
            self._studies[study_version_id] = study_versions.load(
                session, study_version_id
            )
        return self._studies[study_version_id]

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand a message to its provider, where this portal may reach who gets it."""
        to = (outgoing.channel, outgoing.number)
        if not may_reach(self.settings, self.gateway, *to):
            return Rejected("not in production: PORTAL_ONLY_REACH does not name them")
        return self.gateway.send(outgoing)

    def known_studies(self) -> tuple[Study, ...]:
        """The studies read so far: all that there is while the database is away."""
        return tuple(self._studies.values())

    def close(self) -> None:
        """Give connections back."""
        self.database.dispose()


def _twilio(settings: Settings) -> Gateway:
    # Imported here: its library costs who does not use it a third of a second.
    from portal.messages.gateways.twilio.gateway import TwilioGateway
    from portal.messages.gateways.twilio.requests import Account

    account = Account(
        sid=settings.twilio_account_sid or "",
        token=settings.twilio_auth_token or "",
        old_token=settings.twilio_auth_token_old,
        sender=settings.twilio_from,
        service=settings.twilio_messaging_service_sid,
        base=settings.twilio_api_base,
    )
    return TwilioGateway(account, f"{settings.public_url.rstrip('/')}/hooks/twilio")


class _DatabaseHandsets:
    """Simulated phones in the portal's own database, each act its own transaction."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def deliver(self, outgoing: Outgoing) -> str:
        """See ``Handsets``."""
        with self._runtime.writing() as session:
            return simulated_phones.deliver(session, outgoing)

    def find(self, reference: str) -> str | None:
        """See ``Handsets``."""
        with self._runtime.reading() as session:
            return simulated_phones.find(session, reference)
