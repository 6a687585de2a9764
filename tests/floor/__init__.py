"""The oldest browsers that the portal is for, and what they lack.

The floor stands in README: Safari 13.4, and Chrome and Android's WebView 80. Scripts and
styles are read by parsers and held against two lists of what is newer, made from MDN's
browser-compat-data. Scripts may use nothing of it, or say where they do without; a style
may use what leaves a page that can be read where it is unknown, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CHROME, SAFARI = 80.0, 13.4
HERE = Path(__file__).parent


@dataclass(frozen=True, order=True)
class Use:
    """Something newer than the floor, where it is used."""

    file: str
    line: int
    what: str
    since: str = ""

    def __str__(self) -> str:
        since = f" ({self.since})" if self.since else ""
        return f"{self.file}:{self.line}: {self.what}{since}"


def table(name: str) -> dict[str, str]:
    """What is newer, and since when."""
    rows = (HERE / name).read_text("utf-8").splitlines()
    parts = (row.rsplit(" ", 2) for row in rows if row and not row.startswith("#"))
    return {what: f"Chrome {chrome}, Safari {safari}" for what, chrome, safari in parts}
