"""Which words a person must read: all that no rule raised, with few exceptions.

A machine may raise what somebody writes and never dismisses it. The exceptions are STOP
and START, which are carried out; a calm temperature and nothing else; and a listed
courtesy. A code is an exception only if it acknowledged an alert, because other words
can look like a code (weak, fell, numb).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.triage.verdict import Verdict
from portal.protocol.words.courtesies import is_courtesy, says_nothing
from portal.protocol.words.heard.readings import is_only_temperature, temperatures
from portal.protocol.words.numbers import read_temperature
from portal.protocol.words.requests import Request, read_text

COMMANDS = (Request.STOP, Request.START)
NOTE_WORDS = "note_words"


def must_be_read(
    text: str,
    items: Mapping[str, Item],
    answers: Mapping[str, object] | None = None,
    *,
    asked: bool = False,
) -> bool:
    """Whether a person must read ``text``, which no rule raised.

    ``items`` are the study's: only where one is a temperature may a number be one.
    ``answers`` came with it: rules have judged a temperature among them. ``asked``: the
    text answers "anything else?".
    """
    if says_nothing(text) if asked else is_courtesy(text):
        return False
    if read_text(text).asked in COMMANDS:
        return False
    measured = any(item.kind is ItemKind.TEMPERATURE for item in items.values())
    return not (measured and _is_calm_reading(text, answers or {}))


def words_in(
    items: Mapping[str, Item], answers: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """The free-text answers, each with the id of its item."""
    for item in items.values():
        said = answers.get(item.id)
        if item.kind is ItemKind.TEXT and isinstance(said, str) and said.strip():
            yield item.id, said


def raised_by_words(verdict: Verdict) -> bool:
    """Whether a rule fired on words of the note itself, at any tier."""
    return any(found.facts.get(NOTE_WORDS) for found in verdict.findings)


def leaves_unread(
    items: Mapping[str, Item], answers: Mapping[str, object], verdict: Verdict
) -> bool:
    """Whether an entry has words that no rule raised and a person must read.

    A fever in the same entry raises an alert, but not the words: the person who answers
    the alert may never see them.
    """
    return not raised_by_words(verdict) and any(
        must_be_read(said, items, answers, asked=True)
        for _, said in words_in(items, answers)
    )


def _is_calm_reading(text: str, answers: Mapping[str, object]) -> bool:
    """Whether ``text`` is only one temperature, which was judged already or is calm."""
    found = temperatures(text) if is_only_temperature(text) else ()
    if len(found) != 1:
        return False
    (typed,) = found
    if typed.answer in answers.values():
        return True
    return read_temperature(typed.answer).is_calm
