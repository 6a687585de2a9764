"""One difference between two versions of a study, and whether it is stricter or calmer.

Stricter: every case gets at least the tier and the speed that it had before, and some
case gets more. Calmer: the reverse. If neither can be shown, it is just changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.study.text import Text


class Bearing(StrEnum):
    """Whether a difference makes the study stricter, calmer, or is just a change."""

    STRICTER = "stricter"
    CALMER = "calmer"
    CHANGED = "changed"

    @classmethod
    def of(cls, *, up: bool, down: bool) -> Bearing:
        """``up``: at least as strict as before; ``down``: at least as calm."""
        if up == down:
            return cls.CHANGED
        return cls.STRICTER if up else cls.CALMER


class Part(StrEnum):
    """The part of a study in which a difference is, in reading order."""

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
    """One difference: the ``aspect`` of ``name`` before and after.

    ``before`` None: it is new. ``after`` None: it was removed.
    """

    part: Part
    name: Text
    aspect: Text
    before: Text | None
    after: Text | None
    bearing: Bearing = Bearing.CHANGED


def aspects(
    part: Part, name: Text, pairs: Sequence[tuple[Text, Text | None, Text | None]]
) -> Iterator[StudyChange]:
    """A difference for each aspect whose two wordings differ."""
    for aspect, before, after in pairs:
        if before != after:
            yield StudyChange(part, name, aspect, before, after)
