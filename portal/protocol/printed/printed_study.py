"""A whole study in plain text, enough to sign from: for investigators and committees.

First what happens when and who is paged, then all that a participant reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.protocol.printed.ladder_words import tier_lines
from portal.protocol.printed.missing_words import missing_lines
from portal.protocol.printed.participant_page import (
    diary_lines,
    message_lines,
    text_lines,
)
from portal.protocol.printed.record_words import record_lines
from portal.protocol.printed.reminder_words import reminder_lines
from portal.protocol.printed.rule_words import rule_lines
from portal.protocol.printed.sign_words import sign_lines
from portal.protocol.printed.timeline_words import timeline_lines
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, worded, worded_for

_RULE = "=" * 64
APPROVED = worded("approved")
DRAFT = worded("NOT APPROVED, for review only")
TOLD: tuple[tuple[Text, Callable[[Study], Iterator[Text]]], ...] = (
    (worded_for("study", "Timeline"), timeline_lines),
    (worded("Rules"), rule_lines),
    (worded("What is looked for in notes"), sign_lines),
    (worded("Clocks and ladders"), tier_lines),
    (worded("Missing diaries"), missing_lines),
    (worded("Reminders"), reminder_lines),
    (worded("Above each record, for staff"), record_lines),
)
READ: tuple[tuple[Text, Callable[[Study, str], Iterator[str]]], ...] = (
    (worded("Diary"), diary_lines),
    (worded("Messages"), message_lines),
    (worded("Texts and calls"), text_lines),
)


def printed_study(study: Study, language: str) -> str:
    """The whole study in ``language``."""
    return "\n".join(_lines(study, language))


def _lines(study: Study, language: str) -> Iterator[str]:
    state = (APPROVED if study.approved else DRAFT).say(language)
    yield _RULE
    yield study.title.say(language)
    yield f"{study.registry} · {study.id} {study.version} · {state}"
    yield _RULE
    for heading, told in TOLD:
        yield from ("", f"## {heading.say(language)}")
        yield from (line.say(language) for line in told(study))
    for heading, read in READ:
        yield from ("", f"## {heading.say(language)}")
        yield from read(study, language)
