"""In which order alerts are listed: a calmer one, however late, never stands above."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case

from portal.db.alerts import Alert
from portal.protocol.study.model import Tier


def worst_first() -> tuple[ColumnElement[Any], ...]:
    """What to order a query of alerts by: tier, then deadline, then age."""
    ranks = {tier.value: -tier.rank for tier in Tier}
    return (case(ranks, value=Alert.tier), Alert.ack_due_at, Alert.id)  # type: ignore[return-value]
