"""The result of triage, in the form that every layer above uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.protocol.study.tiers import Tier


@dataclass(frozen=True)
class Finding:
    """One rule that fired, with its tier, its clock in minutes and the facts it saw."""

    rule: str
    tier: Tier
    ack_minutes: int | None
    facts: Mapping[str, object]


@dataclass(frozen=True)
class AnswerFault:
    """Something in the entry that cannot be used: the field and the reason."""

    field: str
    problem: str


@dataclass(frozen=True)
class PastEntry:
    """An earlier entry, ``days_ago`` local days before this one (0: the same day)."""

    days_ago: int
    answers: Mapping[str, object]


@dataclass(frozen=True)
class Verdict:
    """Tier, clock in minutes (None below urgent), the findings, and the advice.

    ``advice`` holds message ids of the study file, the main one first.
    """

    tier: Tier
    ack_minutes: int | None
    findings: tuple[Finding, ...]
    advice: tuple[str, ...]
    faults: tuple[AnswerFault, ...]
