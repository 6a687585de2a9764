"""Texts about words that somebody must read: to the writer, and to the nurse.

They are the same for every study, so that enrolments under old study versions have them
too. None of them repeats what was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.text import SmsTemplate, worded

ROOM = 20  # characters allowed in one variable

WORDS_RECEIVED = SmsTemplate(
    id="words_received",
    text=worded(
        "If you feel ill now, do not wait: phone the duty line {tel}, in an emergency"
        " {emergency}. Somebody of the study team reads what you wrote by {time}."
    ),
    variables=("tel", "emergency", "time"),
    max_segments=2,
)
WORDS_RECEIVED_WARD = SmsTemplate(
    id="words_received_ward",
    text=worded(
        "If you feel ill now, do not wait: ring for the nurse."
        " Somebody of the study team reads what you wrote by {time}."
    ),
    variables=("time",),
    max_segments=2,
)
WORDS_RECEIVED_ANYWHERE = SmsTemplate(
    id="words_received_anywhere",
    text=worded(
        "If you feel ill now, do not wait. In hospital: ring for the nurse. At home:"
        " phone {tel}, in an emergency {emergency}. Somebody of the study team reads"
        " what you wrote by {time}."
    ),
    variables=("tel", "emergency", "time"),
    max_segments=2,
)
RECEIVED_AT = {
    Place.HOME: WORDS_RECEIVED,
    Place.WARD: WORDS_RECEIVED_WARD,
    Place.UNKNOWN: WORDS_RECEIVED_ANYWHERE,
}
"""The wording for each place; for an unknown place, one that suits both."""
WORDS_OVERDUE = SmsTemplate(
    id="words_overdue",
    text=worded(
        "Follow-up portal: what {code} wrote is overdue to be read."
        " Please sign in and read it now."
    ),
    variables=("code",),
    max_segments=2,
)
READING = {one.id: one for one in (*RECEIVED_AT.values(), WORDS_OVERDUE)}


def people(codes: Sequence[str], language: str) -> str:
    """Several participants in one variable: the first code, and how many more.

    If the code is too long for that, only their number.
    """
    first, all_of_them = codes[0], len(codes)
    if all_of_them == 1:
        return first
    said = worded(
        "%(first)s and %(more)s more",
        first=first,
        more=all_of_them - 1,
    ).say(language)
    if len(said) <= ROOM:
        return said
    return worded("%(count)s people", count=all_of_them).say(language)
