"""One difference between two versions of a study, and which way it bears.

Stricter: whatever was answered before is answered at least as gravely and as soon, and
something more. Calmer: the reverse. Where neither can be shown it is just changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.study.text import Text


class Bearing(StrEnum):
    """Which way a difference bears on the safety of whoever follows the study."""

    STRICTER = "stricter"
    CALMER = "calmer"
    CHANGED = "changed"

    @classmethod
    def of(cls, *, up: bool, down: bool) -> Bearing:
        """``up``: as strict as before at least; ``down``: as calm at least."""
        if up == down:
            return cls.CHANGED
        return cls.STRICTER if up else cls.CALMER


class Part(StrEnum):
    """What of a study a difference is in, in the order in which one reads them."""

    RULES = "rules"
    LADDERS = "ladders"
    SILENCE = "silence"
    VISITS = "visits"
    QUESTIONS = "questions"
    MESSAGES = "messages"
    TEXTS = "texts"
    WORDS = "words"
    REMINDERS = "reminders"
    STUDY = "study"


@dataclass(frozen=True)
class StudyChange:
    """One difference: of ``name`` its ``aspect``, as it was and as it is.

    ``before`` None: it is new. ``after`` None: it is gone.
    """

    part: Part
    name: Text
    aspect: Text
    before: Text | None
    after: Text | None
    bearing: Bearing = Bearing.CHANGED


def same(text: str) -> Text:
    """What reads alike in every language: codes, numbers, signs."""
    return Text(text, text)


def joined(parts: Sequence[Text], zh: str, en: str) -> Text:
    """Several texts as one, with what stands between them in each language."""
    return Text(
        zh.join(part.zh for part in parts),
        en.join(part.en for part in parts),
    )


def aspects(
    part: Part, name: Text, pairs: Sequence[tuple[Text, Text | None, Text | None]]
) -> Iterator[StudyChange]:
    """A difference for each aspect whose two wordings are not the same."""
    for aspect, before, after in pairs:
        if before != after:
            yield StudyChange(part, name, aspect, before, after)
