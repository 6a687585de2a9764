"""Who may report from this browser, and for whom this report is.

Signed in or not, an enrolled phone reports for its person. A page that was opened for
somebody still reports for them, even if somebody else has signed in meanwhile, as long
as this browser may still do so. It never reports for anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from flask import g, request
from sqlalchemy.orm import Session

from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.people.access.enrolled_phones import EnrolledPhone
from portal.people.case import Case
from portal.people.reporters import Person
from portal.web.frame import access, opened_page, recent_phones
from portal.web.frame.cookies import DEVICE, read_cookie
from portal.web.frame.language import language


@dataclass(frozen=True)
class Reporter:
    """Who may add entries: signed in, or holding an enrolled phone (or both).

    ``usual``: this browser reports for nobody else now. Otherwise the report comes from
    a page that was opened before somebody else signed in, staff or a participant.
    """

    person: Person
    device_id: int | None
    has_pin: bool = False
    usual: bool = True


def reporter() -> Reporter | None:
    """Who may add entries from this phone, or None.

    The request may say whose it is: then it is theirs or nobody's.
    """
    if "reporter" not in g:
        g.reporter = _find_reporter()
    return cast("Reporter | None", g.reporter)


def case_of(db: Session, found: Reporter) -> Case:
    """The case of the person whom a report from this browser is about, now."""
    person = reporters.participant_of(db, found.person)
    study = access.runtime().study(db, person.study_version_id)
    return Case(db, study, person, access.runtime().now())


def is_anothers() -> bool:
    """Whether somebody may report from this browser, but not this report's person."""
    return reporter() is None and bool(g.another)


def mark() -> str:
    """What the forms of this page carry: whose report it is, and in which language."""
    page, found = opened_page.page(), reporter()
    if page is not None:
        return page.text
    if found is None:
        return ""
    enrolled = found.device_id is not None
    return opened_page.seal(found.person, language(), enrolled=enrolled)


def _find_reporter() -> Reporter | None:
    secret = read_cookie(DEVICE)
    real_now = access.runtime().real_now()
    with access.runtime().reading() as db:
        phone = enrolled_phones.find(db, secret, real_now=real_now) if secret else None
        able = _able(db, phone)
        found = _named(able) if opened_page.says_whose() else next(able, None)
    g.another = found is None and (phone is not None or access.viewer() is not None)
    if secret and phone:
        recent_phones.remember(secret, phone.person)
        _note_used(phone)
    return found


def _named(able: Iterator[Reporter]) -> Reporter | None:
    """The one of them whom the request names."""
    looking = access.viewer()
    usual = looking is None or not looking.is_staff
    for one in able:
        if opened_page.is_for(one.person):
            return replace(one, usual=usual)
        usual = False
    return None


def _able(db: Session, phone: EnrolledPhone | None) -> Iterator[Reporter]:
    """Everybody for whom something in this browser may report, the usual one first."""
    found, real_now = access.viewer(), access.runtime().real_now()
    if found is not None and found.participant_id is not None:
        person = reporters.find(db, found.participant_id, found.caregiver_id)
        if person is not None and (phone is None or phone.person != person):
            yield Reporter(person, None)
    if phone is not None:
        yield Reporter(phone.person, phone.device_id, phone.has_pin)
        for one in enrolled_phones.before(db, phone.device_id, real_now=real_now):
            yield Reporter(one.person, one.device_id)


def _note_used(phone: EnrolledPhone) -> None:
    real_now = access.runtime().real_now()
    # Not in a request that writes: waiting for a locked database twice is too long.
    safe = request.method in ("GET", "HEAD")
    if safe and enrolled_phones.is_stale(phone, real_now=real_now):
        access.quietly(
            lambda db: enrolled_phones.touch(db, phone.device_id, real_now=real_now)
        )


def reads_as_owner() -> bool:
    """Whether the person of the page has signed in here and may read past entries."""
    found, reporting = access.viewer(), reporter()
    if found is None or reporting is None:
        return False
    whose = (reporting.person.participant_id, reporting.person.caregiver_id)
    return (found.participant_id, found.caregiver_id) == whose
