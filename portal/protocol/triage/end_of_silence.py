"""Whether a version of an entry says how the participant is, so that no call is needed.

An answer does. Words alone do not, because nobody has read them yet, unless they raised
an alert: then a person handles it. The name of the reporter is not an answer, and
neither is the red-flag screen, because everybody passes it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.vocabulary.diary import VersionKind

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
    return answers_something(study, answers) or Tier(tier).pages


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
