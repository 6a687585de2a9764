"""The siren: a ward's screen that rings while an alert is open, without any provider.

It rings as long as an alert of its site is open. It needs no engine, and no cap stops
it. A screen that sends no sign of life, or makes no sound, counts as a gap in the rota.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.alert_order import worst_first
from portal.alerting.log import note
from portal.db.tables.access import Siren
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.people import Staff
from portal.errors import InvalidInput, NotFound
from portal.people.access.keys import new_token, token_hash
from portal.protocol.study.tiers import Tier
from portal.protocol.words.requests import CODE_LETTERS
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.people import ActorKind

HEARD_WITHIN = timedelta(seconds=60)  # screens report four times as often
CODE_LENGTH = 12  # 59 bits: nobody guesses one within a day
CODE_LIVES = timedelta(hours=24)
LONGEST_NAME = 60


@dataclass(frozen=True)
class SirenScreen:
    """A screen that may show one site's alerts."""

    siren_id: int
    site_id: int
    name: str


@dataclass(frozen=True)
class SirenAlert:
    """An alert as a screen shows it: no person, no symptom."""

    alert_id: int
    code: str
    tier: str
    open: bool
    opened_at: datetime
    ack_due_at: datetime


@dataclass(frozen=True)
class ListedSiren:
    """A screen as the team sees it; ``live``: it has just reported and can ring."""

    id: int
    name: str
    opened: bool
    armed: bool
    heard_at: datetime | None
    live: bool


def make(
    session: Session, by: Staff, name: str, *, now: datetime, real_now: datetime
) -> str:
    """Create a screen for a site; return the code that sets it up once, within a day.

    Raises:
        InvalidInput: it has no name.
    """
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise InvalidInput("Name the place where the screen stands.", field="name")
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    siren = Siren(
        site_id=by.site_id,
        name=name,
        secret_hash=token_hash(code),
        created_at=real_now,
        created_by=by.id,
    )
    session.add(siren)
    session.flush()
    _note(session, audit.Actor(ActorKind.STAFF, str(by.id)), "made", siren, now)
    return code


def set_up(
    session: Session, typed: str, *, now: datetime, real_now: datetime
) -> str | None:
    """Exchange a code for the credential that the screen keeps; None: invalid code."""
    code = "".join(typed.split()).replace("-", "").upper()
    query = select(Siren).where(
        Siren.secret_hash == token_hash(code),
        Siren.opened_at.is_(None),
        Siren.revoked_at.is_(None),
        Siren.created_at > real_now - CODE_LIVES,
    )
    siren = session.scalar(query.with_for_update())
    if siren is None:
        return None
    secret = new_token()
    siren.secret_hash, siren.opened_at = token_hash(secret), real_now
    _note(session, audit.Actor(ActorKind.SIREN, str(siren.id)), "set_up", siren, now)
    return secret


def find(session: Session, secret: str) -> SirenScreen | None:
    """The screen with this credential; None: unknown or revoked."""
    query = select(Siren).where(
        Siren.secret_hash == token_hash(secret),
        Siren.opened_at.is_not(None),
        Siren.revoked_at.is_(None),
    )
    siren = session.scalar(query)
    return None if siren is None else SirenScreen(siren.id, siren.site_id, siren.name)


def revoke(
    session: Session,
    by: Staff,
    siren_id: int,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    """End a screen's credential; a repeat changes nothing.

    Raises:
        NotFound: no such screen at this person's site.
    """
    siren = session.get(Siren, siren_id, with_for_update=True)
    if siren is None or siren.site_id != by.site_id:
        raise NotFound("There is no such screen.")
    if siren.revoked_at is None:
        siren.revoked_at = real_now
        _note(session, audit.Actor(ActorKind.STAFF, str(by.id)), "revoked", siren, now)


def beat(
    session: Session,
    screen: SirenScreen,
    *,
    armed: bool,
    rings: Iterable[str],
    now: datetime,
    real_now: datetime,
) -> None:
    """Record that a screen is alive, and in the alerts' logs that it rings for them.

    The log has it once per round and screen, and only for an open alert.
    """
    siren = session.get_one(Siren, screen.siren_id, with_for_update=True)
    siren.heard_at, siren.armed = real_now, armed
    query = select(Alert).where(
        Alert.site_id == screen.site_id,
        Alert.state == AlertState.OPEN,
        Alert.code.in_(rings),
    )
    for alert in session.scalars(query).all() if armed else ():
        if not _is_noted(session, alert, screen):
            note(
                session,
                alert,
                Happening.SIREN_RINGS,
                now=now,
                round=alert.round,
                siren=screen.siren_id,
            )


def _is_noted(session: Session, alert: Alert, screen: SirenScreen) -> bool:
    query = select(AlertEvent.detail).filter_by(
        alert_id=alert.id, kind=Happening.SIREN_RINGS
    )
    noted = {(one["round"], one["siren"]) for one in session.scalars(query)}
    return (alert.round, screen.siren_id) in noted


def lines(session: Session, site_id: int) -> list[SirenAlert]:
    """The alerts of a site that are not closed: open ones first, the worst first."""
    query = select(Alert).where(
        Alert.site_id == site_id, Alert.state != AlertState.CLOSED
    )
    found = [_line(alert) for alert in session.scalars(query.order_by(*worst_first()))]
    return sorted(found, key=lambda one: not one.open)


def _line(alert: Alert) -> SirenAlert:
    return SirenAlert(
        alert_id=alert.id,
        code=alert.code,
        tier=alert.tier,
        open=alert.state == AlertState.OPEN,
        opened_at=alert.opened_at,
        ack_due_at=alert.ack_due_at,
    )


def loudest(found: Iterable[SirenAlert]) -> str:
    """The tier to ring for; empty if no alert is open."""
    open_tiers = (Tier(one.tier) for one in found if one.open)
    return max(open_tiers, key=lambda tier: tier.rank, default="")


def listed(session: Session, site_id: int, *, real_now: datetime) -> list[ListedSiren]:
    """The screens of a site that are set up and not revoked, or can still be set up."""
    query = select(Siren).where(
        Siren.site_id == site_id,
        Siren.revoked_at.is_(None),
        or_(Siren.opened_at.is_not(None), Siren.created_at > real_now - CODE_LIVES),
    )
    return [_listed(one, real_now) for one in session.scalars(query.order_by(Siren.id))]


def any_live(session: Session, site_id: int, *, real_now: datetime) -> bool:
    """Whether at least one screen of a site would ring now."""
    return any(one.live for one in listed(session, site_id, real_now=real_now))


def _listed(siren: Siren, real_now: datetime) -> ListedSiren:
    heard = siren.heard_at
    fresh = heard is not None and abs(real_now - heard) <= HEARD_WITHIN
    return ListedSiren(
        id=siren.id,
        name=siren.name,
        opened=siren.opened_at is not None,
        armed=siren.armed,
        heard_at=heard,
        live=fresh and siren.armed,
    )


def _note(
    session: Session, actor: audit.Actor, what: str, siren: Siren, now: datetime
) -> None:
    audit.record(session, actor, f"siren.{what}", ("siren", siren.id), now=now)
