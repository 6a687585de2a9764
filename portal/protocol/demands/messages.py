"""The page messages that code shows by name or by use, and the placeholders of each.

A page with an unfilled placeholder fails, so a message may contain only placeholders
that every use of it fills.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.demands.need import Need

VARIABLES = ("phone", "emergency", "minutes", "time", "date", "role", "v", "c", "last")
"""All placeholders of messages."""

_NUMBERS = ("phone", "emergency")


@dataclass(frozen=True)
class NamedMessage:
    """A message that code shows by its id; ``must`` are the placeholders it needs."""

    id: str
    shown: str
    may: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    need: Need = Need.ALWAYS


@dataclass(frozen=True)
class MessageUse:
    """A key of the file that names a message, and the placeholders allowed there."""

    key: str
    shown: str
    may: tuple[str, ...] = ()


ADVICE = MessageUse(
    "tier.*.advice",
    "after a report: of `emergency` and `urgent`",
    (*_NUMBERS, "minutes", "v", "c"),
)
QUIET_ADVICE = MessageUse(
    "tier.*.advice",
    "after a report: of `same_day` and `routine`, which have no clock",
    (*_NUMBERS, "v", "c"),
)
RING = MessageUse(
    "tier.emergency.ward_advice", "on the ward, where nobody has answered", _NUMBERS
)
HOLDS = MessageUse("reminders.dated.message", "until its date", ("date",))
ENDS = MessageUse("reminders.dated.end_message", "when it ends")
USES = (ADVICE, QUIET_ADVICE, RING, HOLDS, ENDS)

CARD = ("product", "began", "emergency", "urgent", "doctors")
"""The sentences of the treatment card; each id is ``card_`` and its name."""

MESSAGES = (
    NamedMessage("told", "when the report is stored and staff are paged", ("time",)),
    NamedMessage("seen", "when somebody has acknowledged", ("time", "role")),
    NamedMessage("unanswered", "when the promised time is over", _NUMBERS, ("phone",)),
    NamedMessage("not_sent", "while a report waits on the phone", _NUMBERS),
    NamedMessage("on_ward", "on today's page, on the ward", need=Need.WARD),
    NamedMessage("missed", "over yesterday's diary", need=Need.DIARIES),
    NamedMessage("since", 'over screens with "none of these"'),
    NamedMessage(
        "since_last",
        "in its place, where it is known when the last diary was",
        ("last",),
        ("last",),
        need=Need.NEVER,
    ),
    NamedMessage(
        "by_caregiver", "over screens that a caregiver fills in", need=Need.REPORTER
    ),
    *(
        NamedMessage(f"card_{part}", "on the treatment card", may, need=Need.NEVER)
        for part, may in zip(
            CARD, ((), ("date",), _NUMBERS, _NUMBERS, _NUMBERS), strict=True
        )
    ),
)
