"""The text messages and calls that code sends by name or by use, and their variables.

A template is filed with the provider and must be filled exactly: with a variable too
many or too few, the provider refuses the message.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.demands.need import Need

VARIABLES = ("tel", "emergency", "date", "time", "level", "code", "minutes")
"""All variables of texts."""

LONGEST_VALUE = 20
"""Maximum characters of one value; the limit of the providers."""

_NUMBERS = ("tel", "emergency")
_PAGE = ("level", "code", "minutes")


@dataclass(frozen=True)
class NamedText:
    """A text that code sends by its id; code always fills all variables of ``must``."""

    id: str
    sent: str
    may: tuple[str, ...]
    must: tuple[str, ...] = ()
    need: Need = Need.NEVER


@dataclass(frozen=True)
class TextUse:
    """Keys of the file that name a text, and the variables allowed there."""

    key: str
    sent: str
    may: tuple[str, ...]


def _always(name: str, sent: str, variables: tuple[str, ...]) -> NamedText:
    return NamedText(name, sent, variables, variables, Need.ALWAYS)


def _answer(name: str, sent: str, may: tuple[str, ...] = _NUMBERS) -> NamedText:
    return NamedText(name, sent, may, need=Need.ANSWERS)


def _ward_answer(name: str, sent: str) -> NamedText:
    return NamedText(name, sent, _NUMBERS, need=Need.WARD_ANSWERS)


REMINDER = TextUse("missing.*.reminders.text", "a diary has not come", ("tel", "date"))
EVENING = TextUse("reminders.evening.text", "a second reading", ("tel", "date"))
RECHECK = TextUse("reminders.recheck.text", "to measure again", ("tel", "date"))
DATED = TextUse("reminders.dated.text", "a dated message ends", ("tel", "date"))
VISIT = TextUse("reminders.visit_text", "before a visit", ("tel", "date"))
BOOKED = TextUse(
    "reminders.visit_text_booked",
    "before a visit with an hour",
    ("tel", "date", "time"),
)
USES = (REMINDER, EVENING, RECHECK, DATED, VISIT, BOOKED)

TEXTS = (
    _always("code", "to sign in", ("code",)),
    _always("staff_alert", "a rung's text and its mail", _PAGE),
    _always("staff_call", "a rung's call, read aloud", _PAGE),
    _always("task_overdue", "a task is overdue", ("code",)),
    _always("unanswered", "nobody has acknowledged", _NUMBERS),
    NamedText("help", 'answers "help"', _NUMBERS),
    NamedText("report_received", "answers a text that is not urgent", _NUMBERS),
    _answer("report_urgent", "answers an urgent text", (*_NUMBERS, "minutes")),
    _answer("report_emergency", "answers an emergency"),
    _ward_answer("report_ward", "the same on the ward"),
    _ward_answer("report_urgent_anywhere", "the same, place not known"),
    _ward_answer("report_emergency_anywhere", "the same, place not known"),
    NamedText("ack_done", "a colleague's code: it is theirs now", ("code",)),
    NamedText("ack_taken", "the same: somebody else has it", ("code",)),
    NamedText("ack_closed", "the same: it is closed", ("code",)),
    NamedText("ack_none", "a colleague's text that confirms nothing", ()),
)
