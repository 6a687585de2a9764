"""Whether a version of an entry says how the participant is, so that no call is needed.

An answer does. Words do where something about now is understood in them: a reading, or
a sign that the study looks for. Other words do not, because nobody has read them yet: a
courtesy, a question about a visit, what is denied or long past. The name of the reporter
is not an answer, and neither is the red-flag screen, because everybody passes it first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.unread_words import words_in
from portal.protocol.words.heard.readings import readings
from portal.protocol.words.heard.signs_said import signs_said, vocabulary
from portal.vocabulary.diary import VersionKind

_EARLIER = re.compile(
    "昨|前天|前晚|上周|上星期|yesterday|last night|last week|days ago", re.IGNORECASE
)
"""Words of another day: a reading beside them may not be one of now."""
KINDS = (VersionKind.PARTIAL, VersionKind.COMPLETE, VersionKind.CORRECTION)
"""Kinds of versions that contain more than the red-flag screen."""


def is_heard(
    study: Study,
    kind: VersionKind,
    answers: Mapping[str, object],
    tier: str,
    *,
    day: date,
    received_on: date,
) -> bool:
    """Whether a version about the site's ``day`` ends the silence of that day.

    A correction counts only on the day that it is about: a correction of an older day
    does not say how the participant is now.
    """
    if kind not in KINDS or (kind == VersionKind.CORRECTION and day != received_on):
        return False
    heard = answers_something(study, answers) or Tier(tier).pages
    return heard or words_understood(study, answers)


def words_understood(study: Study, answers: Mapping[str, object]) -> bool:
    """Whether the words among the answers tell a reading, or state a sign, of now.

    What is denied, past, only asked about or told of others states none.
    """
    notes = [said for _, said in words_in(study.items, answers)]
    if any(_tells_a_reading(note) for note in notes if not _EARLIER.search(note)):
        return True
    words = vocabulary(study.lexicon.signs, study.lexicon.forms)
    return any(signs_said(note, words).signs for note in notes)


def _tells_a_reading(note: str) -> bool:
    told = readings(note)
    read = [one for one in told.temperatures if one.tenths is not None]
    return bool(read or told.oxygen or told.systolic or told.pulse)


def answers_something(study: Study, answers: Mapping[str, object]) -> bool:
    """Whether anything but words is answered: a temperature, a symptom, a dose."""
    no_answers = (REPORTER, study.red_flags, *study.of_kind(ItemKind.TEXT))
    return any(
        _is_given(value) for name, value in answers.items() if name not in no_answers
    )


def _is_given(value: object) -> bool:
    """Whether a value is an answer; 0, "no" and an empty list of symptoms are."""
    if isinstance(value, Mapping):
        typed = {name: said for name, said in value.items() if name != "unit"}
        return any(_is_given(said) for said in typed.values())
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
