"""What a process owns: settings, database, clocks, studies, gateway."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from portal import audit, crash, study_versions
from portal.config import Settings
from portal.db.session import Database
from portal.diary.journal import journal_file, journaled_reports
from portal.engine.clocks import Clocks, stepped, system_clock
from portal.messages import simulated_phones
from portal.messages.gateways.channels import serving
from portal.messages.gateways.choice import chosen_gateway
from portal.messages.gateways.gateway import Gateway, Outgoing
from portal.messages.gateways.outcomes import Outcome, Rejected
from portal.messages.gateways.simulated import LogGateway
from portal.protocol.study.model import Study
from portal.study_versions import StudyOf

log = logging.getLogger(__name__)


class Runtime:
    """Everything that use cases are given and that tests replace.

    A ``clock`` that a test passes in is used as it is, unless ``monotonic`` is given
    too.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = system_clock,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self.settings = settings
        if clock is system_clock:
            monotonic = monotonic or time.monotonic
            if settings.clock_file:
                clock = stepped(clock, Path(settings.clock_file))
        crash.arm(settings.crash_at)
        self.database = Database(settings.database_url)
        self.clocks = Clocks(clock, monotonic, self.reading, movable=settings.demo)
        self._studies: dict[int, Study] = {}
        self.gateway = self._chosen_gateway()

    def _chosen_gateway(self) -> Gateway:
        chosen = self.settings
        phones = LogGateway(_DatabaseHandsets(self))
        hooks = f"{chosen.public_url.rstrip('/')}/hooks"
        return chosen_gateway(phones, chosen.provider, chosen.mail, hooks)

    def now(self) -> datetime:
        """Study time, in UTC: see ``Clocks.now``."""
        return self.clocks.now()

    def real_now(self) -> datetime:
        """Real time, in UTC: see ``Clocks.real_now``."""
        return self.clocks.real_now()

    def reading(self) -> AbstractContextManager[Session]:
        """A read-only session: to find out who is asking, and to show pages."""
        return self.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One write transaction; its audit rows are chained just before commit."""
        with self.database.writing() as session:
            yield session
            audit.seal(session)
            crash.point("transaction.before_commit")
        crash.point("transaction.after_commit")
        self._note_red_flags(session)

    def _note_red_flags(self, session: Session) -> None:
        """Write the committed dangerous reports a second time, outside the database."""
        for slip in journaled_reports.remembered(session):
            try:
                journal_file.note(self.settings.red_flag_journal, slip)
            except OSError as error:  # it is stored; the journal is a second copy
                log.critical("the red-flag journal cannot be written: %s", error)

    def study(self, session: Session, study_version_id: int) -> Study:
        """The study of an enrolment; versions never change, so they are cached."""
        if study_version_id not in self._studies:
            self._studies[study_version_id] = study_versions.load(
                session, study_version_id
            )
        return self._studies[study_version_id]

    def studies(self, session: Session) -> StudyOf:
        """A function that gives the study of a version, in this session."""
        return partial(self.study, session)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand a message to its provider, if this portal may reach the recipient."""
        if not self.may_reach(outgoing.channel, outgoing.number):
            return Rejected("not in production: PORTAL_ONLY_REACH does not name them")
        return self.gateway.send(outgoing)

    def may_reach(self, channel: str, number: str) -> bool:
        """Whether a message may be handed to the provider that serves its channel.

        Outside production only the numbers in PORTAL_ONLY_REACH are reached, and
        everybody through a provider that says it is local: a copy of real data on a
        test machine must not be able to text anybody.
        """
        chosen = self.settings
        if chosen.mode == "production" or number in chosen.only_reach:
            return True
        return serving(self.gateway, channel).capabilities.local

    def known_studies(self) -> tuple[Study, ...]:
        """The studies read so far: those available while the database is down."""
        return tuple(self._studies.values())

    def close(self) -> None:
        """Close the connections to the database."""
        self.database.dispose()


class _DatabaseHandsets:
    """Simulated phones in the portal's database; each call is one transaction."""

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
