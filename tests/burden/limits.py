"""What following somebody may cost in a week of the phase W1."""

from __future__ import annotations

from tests.burden.acts import ActKind, Burden

PHASE, NURSE = "W1", "nurse"
MOST_ACTS, MOST_REVIEWS, MOST_FALSE = 3.0, 1.0, 0.2


def over(found: Burden) -> list[str]:
    """A line for each figure above its limit."""
    figures = (
        ("acts of nurses", found.a_week(PHASE, NURSE), MOST_ACTS),
        (
            "same-day reviews",
            found.a_week(PHASE, NURSE, [ActKind.REVIEW]),
            MOST_REVIEWS,
        ),
        ("false urgent from words", found.false_urgent(PHASE), MOST_FALSE),
    )
    return [
        f"{PHASE}: {what}: {value:.2f} a participant-week, at most {most}"
        for what, value, most in figures
        if value > most
    ]
