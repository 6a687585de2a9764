"""A study's triage rules, their examples and the words they know, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.protocol.demands.rules import ReviewKind
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier

Condition = Mapping[str, object]
"""A rule's ``when``, as in the file; it is data, so that a phone can judge it too."""


@dataclass(frozen=True)
class RuleCase:
    """One case of a rule: in these phases, if ``when`` holds, the rule gives this tier.

    ``ack_minutes`` None means the tier's own clock; empty ``advice`` means the tier's
    own message.
    """

    phases: tuple[str, ...]
    when: Condition
    tier: Tier
    ack_minutes: int | None
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One triage rule: its cases in order, the first that holds decides.

    ``owner`` is the duty that gets its task if it pages nobody. A rule with a ``review``
    has its own task of that kind, also if there is an alert. ``same_again`` are items: if
    the rule fires for nothing else, and no answer to them is new or worse, its task is the
    person's weekly line.
    """

    id: str
    family: str
    title: Text
    source: str
    cases: tuple[RuleCase, ...]
    owner: str = ""
    review: ReviewKind | None = None
    same_again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """An example of the file, which is also its test."""

    title: str
    phase: str
    answers: Mapping[str, object]
    previous: tuple[Mapping[str, object], ...]
    tier: Tier
    rules: tuple[str, ...]
    advice: tuple[str, ...] | None


@dataclass(frozen=True)
class WordList:
    """Free-text words of one language by tier, with negations and words of the past."""

    language: str
    emergency: tuple[str, ...]
    urgent: tuple[str, ...]
    negations: tuple[str, ...]
    past: tuple[str, ...]
    exceptions: tuple[str, ...]
