"""Every key of a study file: what reading asks for, so that the list cannot be wrong.

Whole files are read by a table that notes each question. A key that is asked about only
beside another one is found where some file has that other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from portal.languages import USUAL
from portal.protocol.study.file.reading import scan_study
from portal.protocol.study.file.toml_tables import KeyFault, Table
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier

ANY = "*"
"""In the name of a table: whatever id stands there."""
TOP = "top of the file"
ONE_EACH = "the words in each language"
EITHER = "text or number"


@dataclass
class Asked:
    """What was asked: the shape of each key by its table, and what may be left out."""

    shapes: dict[str, dict[str, str]] = field(default_factory=dict)
    optional: set[tuple[str, str]] = field(default_factory=set)

    def note(self, table: str, key: str, shape: str) -> None:
        """Keep the shape of a key; what was said of it first counts."""
        known = self.shapes.setdefault(table, {}).setdefault(key, shape)
        if {known, shape} == {"text", "number"}:
            self.shapes[table][key] = EITHER


class NotingTable(Table):
    """A table that notes what it is asked. ``called`` is its name without ids."""

    def __init__(
        self,
        values: Mapping[str, object],
        path: str,
        faults: list[KeyFault],
        languages: tuple[str, ...] = USUAL,
    ) -> None:
        super().__init__(values, path, faults, languages)
        self.called, self.asked = "", Asked()

    def _note(self, key: str, shape: str) -> None:
        self.asked.note(self.called, key, shape)

    def has(self, key: str) -> bool:
        """See ``Table``: whoever asks whether a key is there can do without it."""
        self.asked.optional.add((self.called, key))
        return super().has(key)

    def raw(self, key: str) -> object:
        """See ``Table``."""
        self._seen.add(key)
        return self.values.get(key)

    def text(self, key: str) -> str:
        """See ``Table``."""
        self._note(key, "text")
        return super().text(key)

    def maybe_text(self, key: str) -> str | None:
        """See ``Table``."""
        self._note(key, "text")
        return super().maybe_text(key)

    def maybe_number(self, demand: str) -> int | None:
        """See ``Table``."""
        self._note(demand.rpartition(".")[2], "number")
        return super().maybe_number(demand)

    def maybe_wording(self, key: str) -> Text | None:
        """See ``Table``."""
        self._note(key, "words")
        return super().maybe_wording(key)

    def clock(self, key: str) -> str:
        """See ``Table``."""
        self._note(key, "time")
        return super().clock(key)

    def number(self, demand: str) -> int:
        """See ``Table``."""
        self._note(demand.rpartition(".")[2], "number")
        return super().number(demand)

    def numbers(self, demand: str) -> tuple[int, ...]:
        """See ``Table``."""
        self._note(demand.rpartition(".")[2], "numbers")
        return super().numbers(demand)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """See ``Table``."""
        self._note(key, "true or false")
        return super().flag(key, default=default)

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """See ``Table``."""
        self._note(key, " / ".join(allowed))
        return super().one_of(key, allowed)

    def names(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """See ``Table``."""
        self._note(key, "list")
        return super().names(key, empty=empty)

    def measures(self, key: str) -> tuple[str, ...]:
        """See ``Table``."""
        self._note(key, 'numbers, `[160, 180]` or `["38.5"]`')
        return super().measures(key)

    def wording(self, key: str) -> Text:
        """See ``Table``."""
        self._note(key, "words")
        return super().wording(key)

    def wording_here(self, *, closed: bool = True) -> Text:
        """See ``Table``."""
        if not closed:
            self._note(ONE_EACH, "")
        return super().wording_here(closed=closed)

    def table(self, key: str) -> Table:
        """See ``Table``."""
        self._note(key, "table")
        return self._within(super().table(key), key)

    def children(self, key: str) -> dict[str, Table]:
        """See ``Table``."""
        inner = super().children(key)
        self._note(key, "tables")
        return {name: self._within(one, f"{key}.{ANY}") for name, one in inner.items()}

    def tables(self, key: str, *, by: str | None = None) -> list[Table]:
        """See ``Table``."""
        self._note(key, "tables")
        return [self._within(one, key) for one in super().tables(key, by=by)]

    def _within(self, inner: Table, key: str) -> Table:
        if isinstance(inner, NotingTable):
            part = ANY if key in set(Tier) else key
            inner.called = f"{self.called}.{part}" if self.called else part
            inner.asked = self.asked
        return inner


def asked_of(texts: Iterable[str]) -> Asked:
    """What reading asks of these whole files."""
    asked = Asked()
    for text in texts:
        _read(text, asked)
    return asked


def listed(texts: Iterable[str]) -> Iterator[str]:
    """Every key, as lines of Markdown: a row for each table."""
    asked = asked_of(texts)
    yield "### Every key"
    yield ""
    yield (
        "What is in *italics* may be left out. Words are one wording, "
        '`{ en = "…" }`; a time is `"08:30"`; `*` stands for an id. '
        "`base` stands only at the top of a study that builds on another."
    )
    yield ""
    yield "| table | keys |"
    yield "|---|---|"
    for table, keys in asked.shapes.items():
        told = [
            _key(key, shape, (table, key) in asked.optional)
            for key, shape in keys.items()
            if not _is_head(asked, table, key)
        ]
        if told:
            yield f"| {_head(table)} | {', '.join(told)} |"


def _is_head(asked: Asked, table: str, key: str) -> bool:
    """Whether a key is a table that has a row of its own, or only an id."""
    return (
        f"{table}.{key}".lstrip(".") in asked.shapes or f"{table}.{ANY}" in asked.shapes
    )


def _head(table: str) -> str:
    return f"`{table}`" if table else TOP


def _key(key: str, shape: str, optional: bool) -> str:
    named = key if key == ONE_EACH else f"`{key}`"
    return f"{f'*{named}*' if optional else named} {shape}".strip()


def _read(text: str, asked: Asked) -> None:
    def noting(
        values: Mapping[str, object], path: str, faults: list[KeyFault]
    ) -> Table:
        table = NotingTable(values, path, faults)
        table.asked = asked
        return table

    scan_study(text, begin=noting)
