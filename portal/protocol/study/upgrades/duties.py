"""The duties, whose names, titles and work were the program's before format 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _duty(
    name: str, title: tuple[str, str], called: tuple[str, str], *work: str
) -> dict[str, Any]:
    return {
        "id": name,
        "title": {"zh": title[0], "en": title[1]},
        "called": {"zh": called[0], "en": called[1]},
        "work": list(work),
    }


DUTIES = (
    _duty("nurse", ("值班护士", "nurse"), ("值班护士", "the nurse on duty"), "reports"),
    _duty("doctor", ("值班医生", "doctor on call"), ("值班医生", "the doctor on call")),
    _duty(
        "second_doctor",
        ("二线医生", "second doctor"),
        ("二线医生", "the second doctor"),
    ),
    _duty(
        "investigator",
        ("研究者", "investigator"),
        ("研究医生", "the study doctor"),
        "corrections",
    ),
    _duty(
        "coordinator",
        ("协调员", "coordinator"),
        ("协调员", "the coordinator"),
        "organising",
    ),
)


def say_the_duties(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study with its duties, and each rule with an owner."""
    if stored.get("duties"):
        return stored
    rules = [
        {**rule, "owner": rule.get("owner") or "nurse"} for rule in stored["rules"]
    ]
    return {**stored, "duties": list(DUTIES), "rules": rules}
