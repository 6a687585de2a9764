"""Messages with their placeholders filled, so that a reader approves sentences.

Numbers and clocks are the study's; what only a moment knows is an example.
"""

from __future__ import annotations

from datetime import date

from portal.protocol.study.filling import date_text, say
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, in_each, same, worded
from portal.protocol.study.tiers import Tier

_EXAMPLE_DAY = date(2026, 3, 24)


def message_words(study: Study, name: str, minutes: int | None = None) -> Text:
    """A message as it is read, with the clock of its tier or ``minutes``."""
    message = study.messages.get(name)
    if message is None:
        return same(name)
    clock = str(minutes) if minutes else minutes_of(study, name)
    return in_each(
        lambda key: say(message, key, example_values(study, key) | {"minutes": clock})
    )


def minutes_of(study: Study, message: str) -> str:
    """The minutes for a message: those of its tier, or of a rule's case."""
    clocks = [policy.ack_minutes for policy in study.policies.values()]
    own = [p.ack_minutes for p in study.policies.values() if p.advice == message]
    cases = [case for rule in study.rules for case in rule.cases]
    own += [case.ack_minutes for case in cases if message in case.advice]
    known = [minutes for minutes in (*own, *clocks[1:]) if minutes]
    return str(known[0]) if known else "?"


def example_values(study: Study, language: str) -> dict[str, str]:
    """A value for each placeholder of messages and texts."""
    return {
        "phone": study.site.duty_line,
        "tel": study.site.duty_line,
        "emergency": study.site.emergency_number,
        "time": "03:02",
        "date": date_text(_EXAMPLE_DAY, language),
        "last": f"{date_text(_EXAMPLE_DAY, language)} 09:03",
        "role": worded("a nurse").say(language),
        "v": "100.4",
        "c": "38.0",
        "level": study.policies[Tier.URGENT].title.say(language),
        "code": "4821",
        "minutes": str(study.policies[Tier.URGENT].ack_minutes),
    }
