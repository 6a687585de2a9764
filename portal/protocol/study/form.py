"""The questions of a study's diary as frozen data: items, answers and screens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.study.text import Text

MOST_NUMBER = 10**6
"""The largest number where the study gives no range."""


class ItemKind(StrEnum):
    """How an item is answered; the codes are those of the study file."""

    CHOICE = "choice"  # one code, a string
    LEVEL = "level"  # one code, an integer
    MULTI = "multi"  # a list of codes; [] = none of them
    TEMPERATURE = "temperature"  # {"value", "unit"}; some also take "cannot"
    DOSE = "dose"  # "no" or {"mg": "20"}
    NUMBER = "number"  # number as text
    TEXT = "text"  # free text


PRESSURES = ("upper", "lower")
READ = (ItemKind.TEMPERATURE, ItemKind.NUMBER)
"""Kinds of a reading as somebody typed it, which may be beyond understanding."""
TYPED = {
    ItemKind.TEMPERATURE: "a temperature",
    ItemKind.NUMBER: "a number",
    ItemKind.TEXT: "a free text",
}
"""What people type, so that no tap can answer it for them: how each kind is called."""


@dataclass(frozen=True)
class Choice:
    """One answer of an item: its code (string, or integer for levels) and wording.

    ``calm`` says whether the answer means that nothing is wrong; None: the item's own
    ``calm`` decides. Without ``symptom`` the answer says nothing about the body.
    """

    code: str | int
    label: Text
    calm: bool | None = None
    symptom: bool = True


@dataclass(frozen=True)
class Item:
    """One question of the diary.

    ``cannot`` allows the answer "cannot" instead of a temperature or a number. ``weekly`` items are
    asked on the weekday of D0. ``calm`` is the code that a group's "none of these"
    stores; None: there is none. ``max_length`` is in characters, for text. An item
    without ``symptom`` says nothing about the body. ``plausible`` is the range that a
    living body can have. ``handwritten`` has a place to write a sentence. ``unheard``
    says why no sign states its answers when they are written in a note.
    ``pressure`` says which of two numbers is meant where somebody types 85/50: upper or
    lower. ``calm_if_unreadable``: a reading that nobody can understand is meant to raise nothing.
    """

    id: str
    kind: ItemKind
    label: Text
    hint: Text | None
    choices: tuple[Choice, ...]
    cannot: bool = False
    weekly: bool = False
    calm: str | int | None = None
    max_length: int | None = None
    symptom: bool = True
    plausible: tuple[int, ...] | None = None
    handwritten: bool = False
    unheard: str | None = None
    calm_if_unreadable: bool = False
    pressure: str | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most that a number of this item can be."""
        least, most = self.plausible or (0, MOST_NUMBER)
        return least, most

    @property
    def calm_answer(self) -> object | None:
        """What "none of these" stores for this item; ``[]`` for a list of codes."""
        return [] if self.kind is ItemKind.MULTI else self.calm

    def is_calm(self, answer: object) -> bool:
        """Whether ``answer`` says that nothing is wrong; pages then show it less.

        An answer is calm only if the study says so: a "no" can be the dangerous answer.
        """
        if isinstance(answer, list | tuple):
            return all(self.is_calm(code) for code in answer)
        said = self.said_calm(answer)
        if said is not None:
            return said
        usual = {ItemKind.LEVEL: 0, ItemKind.DOSE: "no"}.get(self.kind, self.calm)
        return usual is not None and answer == usual

    def said_calm(self, answer: object) -> bool | None:
        """The choice's own ``calm``; None: it has none."""
        found = (choice.calm for choice in self.choices if choice.code == answer)
        return next(found, None)

    def looked(self, answer: object) -> bool:
        """Whether an answer says anything about the body; "not done" does not."""
        return all(one.symptom for one in self.choices if one.code == answer)


@dataclass(frozen=True)
class Group:
    """One screen of the diary; it shows those of its items that the phase's form has.

    ``none_label`` is the button that answers every item with its ``calm_answer``; it
    does not change an item without one (who is reporting).
    """

    id: str
    title: Text
    items: tuple[str, ...]
    none_label: Text | None


@dataclass(frozen=True)
class Pinned:
    """Questions whose newest answers staff see side by side, in this order."""

    title: Text
    items: tuple[str, ...]


@dataclass(frozen=True)
class CurveMark:
    """Answers that mark a day on the curve, and what the mark means."""

    item: str
    codes: tuple[str, ...]
    title: Text


@dataclass(frozen=True)
class Curve:
    """A reading over the days: the highest of ``items`` on each, the lowest if ``low``.

    It is drawn from ``least`` to ``most``, with ``lines`` across, if any. From the lowest
    of them up it stands out; if ``low``, from the highest of them down. ``beside`` is an
    item whose answer is shown next to the reading.
    """

    title: Text
    unit: str
    items: tuple[str, ...]
    least: int
    most: int
    lines: tuple[str, ...]
    beside: str | None = None
    mark: CurveMark | None = None
    low: bool = False
