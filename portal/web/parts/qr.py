"""QR codes as a drawing that a template can show: one path of black squares."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4  # empty squares around it, which readers need


@dataclass(frozen=True)
class QrDrawing:
    """``size`` squares each way, the quiet edge included, and the path of the dark."""

    size: int
    path: str


def drawing(text: str) -> QrDrawing:
    """The QR code of a text; the same text gives the same drawing."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return QrDrawing(len(rows) + 2 * QUIET, path)
