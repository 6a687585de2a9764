"""Tables as CSV that a spreadsheet opens unchanged, and never runs.

A cell of text that begins like a formula gets an apostrophe in front, which
spreadsheets hide; so does a cell that already begins with an apostrophe. To get back
what was typed, remove one leading apostrophe from cells of text. Numbers are written as
numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes Chinese for Latin
STARTS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫−'\t\r\n")
Cell = str | int | float | None


def to_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as CSV with a byte order mark; lines end as RFC 4180 says."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    bare = text.lstrip(" \u00a0\u3000")
    risky = text[:1] in STARTS or bare[:1] in STARTS
    return f"'{text}" if text and risky else text
