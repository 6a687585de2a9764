"""Numbers and doses as an item reads them: each with its state and its value.

A reading that nobody can understand, or that cannot be true, is ``unreadable``: a rule
sees that, and it is never the same as no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.words.numbers import (
    ABSENT,
    CANNOT,
    DOSE_SIGNS,
    UNREADABLE,
    State,
    read_measure,
    read_number,
)


@dataclass(frozen=True)
class Measured:
    """How an answer could be read, and its tenths, if it is readable."""

    state: State
    tenths: int | None = None


def read_item(item: Item, answer: object) -> Measured:
    """The reading of an answer to a number or a dose; never raises.

    A dose that was taken and whose amount was left blank is ``absent``. A number may be
    ``"cannot"`` where the item allows it.
    """
    if answer is None:
        return Measured(ABSENT.state)
    if item.kind is ItemKind.DOSE:
        return _dose(item, answer)
    if item.cannot and answer == CANNOT.state:
        return Measured(CANNOT.state)
    return _read(read_measure(str(answer), *item.bounds, pressure=item.pressure))


def _dose(item: Item, answer: object) -> Measured:
    if not isinstance(answer, Mapping):
        return Measured("ok", 0)
    typed = str(answer["mg"])
    if not typed.strip():
        return Measured(ABSENT.state)
    return _read(read_measure(typed, *item.bounds, signs=DOSE_SIGNS))


def _read(tenths: int | None) -> Measured:
    return Measured(UNREADABLE if tenths is None else "ok", tenths)


def is_taken(answer: object) -> bool:
    """Whether a dose was taken; one that cannot be read counts as taken."""
    if not isinstance(answer, Mapping):
        return False
    number = read_number(str(answer["mg"]), signs=DOSE_SIGNS)
    return number is None or number.digits > 0
