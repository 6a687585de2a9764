"""The order in which alerts are listed: a calmer alert is never above a worse one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case

from portal.db.tables.alerts import Alert
from portal.protocol.study.tiers import Tier


def worst_first() -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY of a query of alerts: tier, then deadline, then age."""
    ranks = {tier.value: -tier.rank for tier in Tier}
    return (case(ranks, value=Alert.tier), Alert.ack_due_at, Alert.id)  # type: ignore[return-value]
