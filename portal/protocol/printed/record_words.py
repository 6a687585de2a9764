"""What stands above each record, in words: the curves, and the answers that are pinned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.protocol.printed.lines import below
from portal.protocol.study.form import Curve
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, filled, joined, mark, same, worded

CURVE = worded("A curve from %(least)s to %(most)s %(unit)s: the highest of %(items)s.")
LOW_CURVE = worded(
    "A curve from %(least)s to %(most)s %(unit)s: the lowest of %(items)s."
)
LINES = worded("Lines at %(lines)s; from %(first)s on a reading stands out.")
LOW_LINES = worded("Lines at %(lines)s; from %(first)s down a reading stands out.")
NO_LINES = worded("No line is drawn, and no reading stands out.")
BESIDE = worded("Beside each reading: %(item)s.")
MARKED = worded("Days are marked: %(mark)s.")
PINNED = worded("The newest answers to: %(items)s.")
NOTHING = worded("Nothing stands above a record.")


def record_lines(study: Study) -> Iterator[Text]:
    """Each curve with its axis and lines, and the questions that are pinned."""
    for curve in study.curves:
        yield curve.title
        yield from map(below, _curve(study, curve))
    if study.pinned is not None:
        yield study.pinned.title
        yield below(filled(PINNED, items=_labels(study, study.pinned.items)))
    elif not study.curves:
        yield NOTHING


def _curve(study: Study, curve: Curve) -> Iterator[Text]:
    yield filled(
        LOW_CURVE if curve.low else CURVE,
        least=same(str(curve.least)),
        most=same(str(curve.most)),
        unit=same(curve.unit),
        items=_labels(study, curve.items),
    )
    if curve.lines:
        lines = joined([same(line) for line in curve.lines], mark("listed"))
        said, first = (LOW_LINES, -1) if curve.low else (LINES, 0)
        yield filled(said, lines=lines, first=same(curve.lines[first]))
    else:
        yield NO_LINES
    if curve.beside is not None:
        yield filled(BESIDE, item=_labels(study, [curve.beside]))
    if curve.mark is not None:
        yield filled(MARKED, mark=curve.mark.title)


def _labels(study: Study, names: Iterable[str]) -> Text:
    """The questions as people read them, with their ids."""
    labels = [
        joined([study.items[name].label, same(f"({name})")], same(" "))
        for name in names
    ]
    return joined(labels, mark("semicolon"))
