"""What a person is told about the words they wrote: first what to do if they feel ill
now, then by when somebody will read them.

It replaces thanks: nobody has read anything yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.alerting.tasks import unread_receipts
from portal.alerting.tasks.unread_receipts import Reading
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.filling import hour_text
from portal.web.frame.language import gettext, language
from portal.web.frame.sites import SiteCard
from portal.web.parts.advice.wording import unbroken


@dataclass(frozen=True)
class WordsReceipt:
    """``lines`` in the page's language; ``phone``: whom to call, None on the ward.

    ``until``: the hour that the last line names, if it is still to come.
    """

    lines: tuple[str, ...]
    phone: str | None
    until: datetime | None


def receipt(case: Case, site: SiteCard, entry_id: int) -> WordsReceipt | None:
    """What is said about the words of an entry; None if nobody needs to read them."""
    reading = unread_receipts.of_entry(case, entry_id)
    if reading is None:
        return None
    on_ward = reading.place is Place.WARD
    return WordsReceipt(
        lines=(_if_ill(site, reading.place), _told(reading, site, case.now)),
        phone=None if on_ward else site.duty_line,
        until=reading.by,
    )


def _if_ill(site: SiteCard, place: Place) -> str:
    phone, number = unbroken(site.duty_line), site.emergency_number
    if place is Place.WARD:
        return gettext("If you feel ill now, do not wait: ring for the nurse.")
    if place is Place.UNKNOWN:
        return gettext(
            "If you feel ill now, do not wait. In hospital: ring for the nurse. At home: "
            "phone %(phone)s, in an emergency %(number)s.",
            phone=phone,
            number=number,
        )
    return gettext(
        "If you feel ill now, do not wait: phone %(phone)s, in an emergency %(number)s.",
        phone=phone,
        number=number,
    )


def _told(reading: Reading, site: SiteCard, now: datetime) -> str:
    def hour(at: datetime) -> str:
        return hour_text(at, site.time_zone, language(), now=now)

    if reading.read_at is not None:
        return gettext(
            "Your study team read what you wrote, %(time)s.", time=hour(reading.read_at)
        )
    if reading.by is not None:
        return gettext(
            "Somebody in your study team will read what you wrote by %(time)s.",
            time=hour(reading.by),
        )
    if reading.place is Place.WARD:
        return gettext("Nobody has read what you wrote yet. Tell the nurse.")
    return gettext("Nobody has read what you wrote yet. If it matters, please phone.")
