"""The items that code knows by name: their form, and what they are used for.

Every other item is the study's own. A study may leave out an item of this list, unless
it is marked as always needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.demands.need import Need

RED_FLAGS = "emerg"
REPORTER = "reporter"
REPORTERS = ("self", "caregiver")
TEMPERATURES = ("temp", "temp_max")
NOTE = "note"
HANDWRITTEN = "writing"
FIRST_SCREEN = (REPORTER, RED_FLAGS)
"""The items that the first screen may ask; it is sent and judged separately."""
FORM_FIELDS = frozenset(
    {"asked", "constructor", "csrf_token", "day", "entry", "go", "none", "opened"}
    | {"reading", "reason", "send", "shown", "skip", "strokes", "version"}
)
"""Fields of the diary's pages besides the questions; no item may have their names."""
FIELD_ENDS = ("_unit", "_cannot", "_mg")
"""Suffixes of the fields that belong to an item."""


@dataclass(frozen=True)
class NamedItem:
    """An item that code knows.

    The item must have one of ``kinds`` and exactly ``codes``, if they are given. An
    item without ``symptom`` says nothing about the body. ``nerves`` are shown first to
    staff. ``plausible`` is the range of values that a living body can have.
    """

    id: str
    use: str
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    need: Need = Need.NEVER
    symptom: bool = True
    nerves: bool = False
    plausible: tuple[int, int] | None = None


def _nerve(name: str, use: str = "") -> NamedItem:
    said = "stands pinned for staff among the signs of the nerves"
    return NamedItem(name, use or said, nerves=True)


ITEMS = (
    NamedItem(
        REPORTER,
        "who fills the diary in; asked on the first screen",
        ("choice",),
        REPORTERS,
        Need.ALWAYS,
        symptom=False,
    ),
    NamedItem(
        RED_FLAGS,
        "the emergencies of the first screen",
        ("multi",),
        need=Need.ALWAYS,
    ),
    NamedItem(
        "temp", "the temperature now; a text's number goes here", ("temperature",)
    ),
    NamedItem(
        "temp_max", "the highest since the last diary; on the curve", ("temperature",)
    ),
    NamedItem("temp_site", "where it was measured; on the curve", symptom=False),
    NamedItem(
        "antipyr",
        "fever medicine; `for_fever` and `for_other` are marked on the curve",
        symptom=False,
    ),
    NamedItem("steroid", "a medicine, no symptom", symptom=False),
    NamedItem("meds", "`missed` twice running is a fact", symptom=False),
    NamedItem("near", "whereabouts, no symptom", symptom=False),
    NamedItem("callme", "a wish, no symptom", symptom=False),
    NamedItem("preg", "no symptom", symptom=False),
    NamedItem(NOTE, "free words; a text's words go here", ("text",)),
    NamedItem("spo2", "a reading from 50 to 100", ("number",), plausible=(50, 100)),
    NamedItem("sbp", "a reading from 50 to 260", ("number",), plausible=(50, 260)),
    _nerve("confused"),
    _nerve("speech"),
    NamedItem(
        HANDWRITTEN,
        "has a place to write a sentence in; pinned for staff",
        ("choice",),
        nerves=True,
    ),
    _nerve("sleepy"),
    _nerve("tremor"),
    _nerve("headache"),
    _nerve("cranial"),
)

NOT_SYMPTOMS = frozenset(item.id for item in ITEMS if not item.symptom)
NERVES = tuple(item.id for item in ITEMS if item.nerves)
PLAUSIBLE = {item.id: item.plausible for item in ITEMS if item.plausible is not None}
