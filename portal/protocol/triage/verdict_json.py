"""Verdicts as JSON: the form in which they are stored with the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import AnswerFault, Finding, Verdict


def to_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON, with the facts that each finding saw."""
    return {
        "tier": verdict.tier.value,
        "ack_minutes": verdict.ack_minutes,
        "findings": [
            {
                "rule": finding.rule,
                "tier": finding.tier.value,
                "ack_minutes": finding.ack_minutes,
                "facts": dict(finding.facts),
            }
            for finding in verdict.findings
        ],
        "advice": list(verdict.advice),
        "faults": [
            {"field": fault.field, "problem": fault.problem} for fault in verdict.faults
        ],
    }


def from_data(data: Mapping[str, Any]) -> Verdict:
    """The verdict from the result of ``to_data``."""
    return Verdict(
        tier=Tier(data["tier"]),
        ack_minutes=data["ack_minutes"],
        findings=tuple(
            Finding(
                finding["rule"],
                Tier(finding["tier"]),
                finding["ack_minutes"],
                finding["facts"],
            )
            for finding in data["findings"]
        ),
        advice=tuple(data["advice"]),
        faults=tuple(
            AnswerFault(fault["field"], fault["problem"]) for fault in data["faults"]
        ),
    )
