"""What each fact is called, and what its codes mean, in words for staff."""

from __future__ import annotations

from collections.abc import Callable

from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, joined, same, worded

UNREADABLE = worded("cannot be read")
FACT_CODES = {
    "ok": worded("could be read"),
    "absent": worded("not given"),
    "unreadable": UNREADABLE,
    "converted": worded("the unit was exchanged"),
    "cannot": worded("could not be measured"),
    "emergency": worded("emergency"),
    "urgent": worded("urgent"),
    "same_day": worded("same day"),
    "routine": worded("routine"),
    "negated": worded("denied, or in the past"),
    "evening_reading": worded("the reading of the evening"),
}
"""Wordings for codes of facts that no item of the study has a label for."""
LAST, MG, PHASE = "_last", "_mg", "phase"
FACT_ENDS = {
    "_new": worded(" (new)"),
    "_rise": worded(" (levels up since last time)"),
    LAST: worded(" (last time)"),
    "_state": worded(" (how it could be read)"),
    MG: worded(" (mg)"),
    "_raised": worded(" (more than last time)"),
}
FACTS = {
    "reading": worded("highest temperature, ℃"),
    "any_symptom": worded("some symptom"),
    "highest_rise": worded("largest rise since last time, levels"),
    # the next two: in findings by studies of formats before 3
    "temp_repeated_low": worded("also low the time before"),
    "meds_missed_running": worded("medicines missed twice in a row"),
    "same_days": worded("days with the same answers"),
    "note_words": worded("words in the note"),
    "note_signs": worded("signs in the note"),
    "said_oxygen": worded("oxygen told in the note"),
    "said_systolic": worded("upper pressure told in the note"),
    "said_systolic_high": worded("highest upper pressure told in the note"),
    "said_pulse_low": worded("slowest pulse told in the note"),
    "said_pulse_high": worded("fastest pulse told in the note"),
    "reporters_disagree": worded("the two reporters disagree"),
    "other_reporter_tier": worded("tier of the other person's report"),
    "higher_tier": worded("the higher of both reports"),
    "higher_minutes": worded("its time to acknowledge, minutes"),
    # the next three: of an alert about silence
    "missing_on": worded("due on"),
    "missing": worded("did not come"),
    PHASE: worded("part of the study"),
}
"""The facts that belong to no item."""


def as_it_is(text: Text) -> Text:
    """A question without marks around it."""
    return text


def fact_name(
    study: Study, name: str, asked: Callable[[Text], Text] = as_it_is
) -> Text:
    """What a fact is called; an unknown one by its name.

    ``asked`` writes the question of an item.
    """
    if name in study.items:
        return asked(study.items[name].label)
    for end, words in FACT_ENDS.items():
        item = study.items.get(name.removesuffix(end))
        if item is not None and name.endswith(end):
            return joined([asked(item.label), words], same(""))
    return FACTS.get(name, same(name))
