"""Pages: the texts, calls and e-mails that one rung of a ladder sends, and to whom.

Everybody with an address also gets an e-mail, besides the rung's channels. E-mail needs
no telephone provider and has no cap, so it continues when the caps of texts and calls
are reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.alerting.log import note
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Contact, Participant, Site, Staff
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts, daily_caps, optouts, rota
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Step, Tier
from portal.vocabulary.alerts import Happening
from portal.vocabulary.messages import Channel, Purpose

TEMPLATES = {
    Channel.TEXT: "staff_alert",
    Channel.CALL: "staff_call",
    Channel.EMAIL: "staff_alert",
}


@dataclass(frozen=True)
class Page:
    """One firing: alert, rung and round, and until when a page is of use."""

    alert: Alert
    round: int
    step: int
    not_after: datetime


def page_who_is_on_call(
    session: Session,
    study: Study,
    firing: Page,
    steps: Iterable[Step],
    *,
    now: datetime,
) -> bool:
    """Page everybody on these rungs, each once; False if nobody could be paged."""
    reached = False
    for staff, channels in _people(session, firing.alert, steps, now):
        ways = _telephone(session, study, firing, staff, channels, now)
        address = contacts.email(session, staff_id=staff.id)
        mail = [(address, Channel.EMAIL)] if address is not None else []
        for contact, channel in (*(ways or ()), *mail):
            letter = _letter(study, firing, contact, channel, staff.language)
            enqueue(session, letter, now=now)
        if ways is None or not (ways or mail):
            continue
        note(
            session,
            firing.alert,
            Happening.PAGED,
            now=now,
            person=staff.id,
            step=firing.step,
        )
        reached = True
    return reached


def _telephone(
    session: Session,
    study: Study,
    firing: Page,
    staff: Staff,
    channels: tuple[Channel, ...],
    now: datetime,
) -> list[tuple[Contact, Channel]] | None:
    """The texts and calls that may go to a person now; None: no number works."""
    contact = contacts.mobile(session, staff_id=staff.id)
    if contact is None:
        note(session, firing.alert, Happening.NO_CONTACT, now=now, person=staff.id)
        return None
    wanted = _open_channels(session, firing, contact, channels, now)
    return _uncapped(session, study, firing, contact, wanted, now)


def _uncapped(
    session: Session,
    study: Study,
    firing: Page,
    contact: Contact,
    channels: tuple[Channel, ...],
    now: datetime,
) -> list[tuple[Contact, Channel]]:
    tier = Tier(firing.alert.tier)
    found = daily_caps.allowed(session, study.paging, contact, channels, tier, now=now)
    if found.capped:
        note(
            session,
            firing.alert,
            Happening.CAPPED,
            now=now,
            person=contact.staff_id,
            channels=list(found.capped),
            step=firing.step,
        )
    return [(contact, channel) for channel in found.open]


def _open_channels(
    session: Session,
    firing: Page,
    contact: Contact,
    channels: tuple[Channel, ...],
    now: datetime,
) -> tuple[Channel, ...]:
    """The rung's channels; a number that opted out of texts is called instead."""
    if Channel.TEXT not in channels or not optouts.opted_out(
        session, contact.value or ""
    ):
        return channels
    who = contact.staff_id
    note(
        session, firing.alert, Happening.NO_TEXTS, now=now, person=who, step=firing.step
    )
    return tuple(
        dict.fromkeys(Channel.CALL if c == Channel.TEXT else c for c in channels)
    )


def _people(
    session: Session, alert: Alert, steps: Iterable[Step], now: datetime
) -> list[tuple[Staff, tuple[Channel, ...]]]:
    people: dict[int, tuple[Staff, dict[Channel, None]]] = {}
    for step in steps:
        for role in step.roles:
            for staff in rota.on_call(session, alert.site_id, role, now=now):
                _, channels = people.setdefault(staff.id, (staff, {}))
                channels.update(dict.fromkeys(map(Channel, step.channels)))
    return [(staff, tuple(channels)) for staff, channels in people.values()]


def _letter(
    study: Study, firing: Page, contact: Contact, channel: Channel, language: str
) -> NewMessage:
    alert, policy = firing.alert, study.policies[Tier(firing.alert.tier)]
    who = contact.staff_id or f"site{contact.site_id}"
    return NewMessage(
        dedupe_key=f"A:{alert.id}:{firing.round}:{firing.step}:{who}:{channel}",
        purpose=Purpose.ALERT,
        channel=channel,
        contact=contact,
        study_version_id=alert.study_version_id,
        template=TEMPLATES[channel],
        language=language,
        variables={
            "level": policy.title.say(language),
            "code": alert.code,
            "minutes": str(alert.ack_minutes),
        },
        not_after=firing.not_after,
        staff_id=contact.staff_id,
        alert_id=alert.id,
        alert_round=firing.round,
        alert_step=firing.step,
    )


def page_catch_all(
    session: Session, study: Study, firing: Page, *, now: datetime
) -> None:
    """Page the site's catch-all number, because a rung has nobody on it."""
    contact = contacts.mobile(session, site_id=firing.alert.site_id)
    if contact is None:
        note(session, firing.alert, Happening.NO_CATCH_ALL, now=now)
        return
    ways = _uncapped(session, study, firing, contact, (Channel.CALL, Channel.TEXT), now)
    for _, channel in ways:
        enqueue(
            session,
            _letter(study, firing, contact, channel, study.languages[0]),
            now=now,
        )
    if ways:
        note(
            session, firing.alert, Happening.PAGED_CATCH_ALL, now=now, step=firing.step
        )


def tell_participant(session: Session, alert: Alert, *, now: datetime) -> None:
    """Text the participant that nobody has answered yet, with the numbers to call."""
    contact = contacts.texted(session, participant_id=alert.participant_id)
    if contact is None:
        return
    participant = session.get_one(Participant, alert.participant_id)
    site = session.get_one(Site, alert.site_id)
    letter = NewMessage(
        dedupe_key=f"U:{alert.id}",
        purpose=Purpose.NOTICE,
        channel=Channel.TEXT,
        contact=contact,
        study_version_id=alert.study_version_id,
        template="unanswered",
        language=participant.language,
        variables={"tel": site.duty_line, "emergency": site.emergency_number},
        participant_id=participant.id,
    )
    enqueue(session, letter, now=now)
