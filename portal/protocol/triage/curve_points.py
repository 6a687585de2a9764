"""What one entry puts on a curve of the study: the reading, its note and its mark.

A reading is the worst of the curve's items, in tenths: of ℃, or of the number's unit. The
worst is the highest, or the lowest where the study says that a low one is the bad one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.protocol.study.form import Curve, Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import spoken
from portal.protocol.words.measured import read_item
from portal.protocol.words.numbers import read_temperature

Answers = Mapping[str, object]


def tenths(study: Study, curve: Curve, answers: Answers) -> int | None:
    """The worst reading; None: nothing was read."""
    found = [_tenths(study.items[name], answers.get(name)) for name in curve.items]
    return worst(curve, found)


def worst(curve: Curve, readings: Iterable[int | None]) -> int | None:
    """The one of several readings that counts; None: nothing was read."""
    read = [one for one in readings if one is not None]
    return (min if curve.low else max)(read, default=None)


def _tenths(item: Item, answer: object) -> int | None:
    if answer is None:
        return None
    if item.kind is ItemKind.TEMPERATURE:
        return read_temperature(answer).tenths
    return read_item(item, answer).tenths


def beside(study: Study, curve: Curve, answers: Answers) -> Text | None:
    """The answer that is shown next to the reading, in words."""
    name = curve.beside
    said = {name: answers[name]} if name is not None and name in answers else {}
    return next((one.words for one in spoken(study, said)), None)


def is_marked(curve: Curve, answers: Answers) -> bool:
    """Whether the entry has one of the answers that mark its day."""
    mark = curve.mark
    return mark is not None and answers.get(mark.item) in mark.codes


@dataclass(frozen=True)
class CurveAxis:
    """How a curve is drawn and named; without ``lines`` no reading stands out."""

    title: Text
    unit: str
    least: int
    most: int
    lines: tuple[float, ...]
    digits: int
    mark: Text | None
    low: bool = False

    def stands_out(self, value: float) -> bool:
        """Whether a reading is on the first line that it can reach, or beyond."""
        if not self.lines:
            return False
        return value <= self.lines[-1] if self.low else value >= self.lines[0]

    def written(self, tenths: int) -> str:
        """A reading with the decimals of its kind, without the unit."""
        return f"{tenths / 10:.{self.digits}f}"


def axis(study: Study, curve: Curve) -> CurveAxis:
    """The axis of one of the study's curves."""
    kind = study.items[curve.items[0]].kind
    return CurveAxis(
        title=curve.title,
        unit=curve.unit,
        least=curve.least,
        most=curve.most,
        lines=tuple(float(line) for line in curve.lines),
        digits=1 if kind is ItemKind.TEMPERATURE else 0,
        mark=curve.mark.title if curve.mark else None,
        low=curve.low,
    )
