"""What the checks before going live read, and the form of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.people import Site
from portal.errors import StudyFileFault
from portal.people import duties, shifts
from portal.people.shifts import OnCall
from portal.protocol.checks.study import Caps
from portal.protocol.study.model import Study

AHEAD = timedelta(days=30)
ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True)
class GoLiveFault:
    """One finding: its severity, its check, and a sentence that says what to do.

    ``severity`` is error (real people must not be followed), warning or note.
    """

    severity: str
    check: str
    sentence: str


@dataclass(frozen=True)
class GoLiveSettings:
    """How the portal is set up: its mode, its providers, its zone data.

    ``voice``: whether a provider makes calls. ``email``: whether an e-mail relay is set
    up. ``caps`` are the provider's maximum per number in 24 hours. ``journals``:
    whether sent messages and dangerous reports are also stored outside the database.
    """

    mode: str
    gateway: str
    caps: Caps
    voice: bool
    email: bool
    zone_data: str
    journals: bool = True

    @property
    def real(self) -> bool:
        """Whether messages can reach real people."""
        return self.gateway != "log"

    @property
    def production(self) -> bool:
        """Whether the portal runs in production mode."""
        return self.mode == "production"


@dataclass(frozen=True)
class PortalSnapshot:
    """The whole portal at one time; ``versions`` are the studies in use, by id.

    ``broken`` are the ids of versions that cannot be read. ``now`` is study time,
    ``real_now`` is real time, ``database_now`` the clock of a database server at the
    same moment: asked first, because the checks take seconds on a busy machine.
    """

    session: Session
    setting: GoLiveSettings
    sites: tuple[Site, ...]
    versions: Mapping[int, Study]
    broken: tuple[int, ...]
    now: datetime
    real_now: datetime
    database_now: datetime | None

    @property
    def until(self) -> datetime:
        """The end of the days that are checked."""
        return self.now + AHEAD

    @property
    def roles(self) -> Sequence[str]:
        """Every duty that a ladder of a study in use pages."""
        return duties.paged(self.versions.values())

    def on_call(self, site: Site) -> list[OnCall]:
        """The shifts of the coming days in the roles that a ladder pages."""
        found = shifts.between(self.session, site.id, self.now, self.until)
        return [one for one in found if one.duty in self.roles]


Check = Callable[[PortalSnapshot], Iterator[GoLiveFault]]


def ground(
    session: Session, setting: GoLiveSettings, *, now: datetime, real_now: datetime
) -> PortalSnapshot:
    """What the checks read; in use are the newest version and those with people."""
    there = _database_now(session)
    sites = session.scalars(select(Site).order_by(Site.id)).all()
    versions: dict[int, Study] = {}
    broken = []
    for number in study_versions.ids_in_use(session):
        try:
            versions[number] = study_versions.load(session, number)
        except StudyFileFault:
            broken.append(number)
    return PortalSnapshot(
        session, setting, tuple(sites), versions, tuple(broken), now, real_now, there
    )


def _database_now(session: Session) -> datetime | None:
    """The clock of the database; None: the database runs on this machine."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    there: datetime = session.scalars(select(func.clock_timestamp())).one()
    return there
