"""Reading TOML tables key by key, collecting every fault instead of only the first.

A value of the wrong shape is replaced by an empty one, and a sentence names its key. So
one run of ``study check`` shows a study's author everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from portal.languages import USUAL
from portal.protocol.demands.numbers import NUMBERS, BoundedNumber
from portal.protocol.study.text import Text
from portal.translations.catalogues import english_name

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, order=True)
class KeyFault:
    """A sentence, and the key of the file it is about (dotted; list entries by id)."""

    key: str
    sentence: str


@dataclass(frozen=True)
class MissingTable(KeyFault):
    """Where a table is needed there is none; each of its keys is a fault too."""


class Table:
    """One table of the file. It remembers every key that is read; ``end`` names the rest.

    ``faults`` is shared by all tables of one reading. Each of its wordings must be in
    all ``languages``. ``inline``: it stands within another, in braces or double brackets.
    """

    inline = False

    def __init__(
        self,
        values: Mapping[str, object],
        path: str,
        faults: list[KeyFault],
        languages: tuple[str, ...] = USUAL,
    ) -> None:
        self.values = values
        self.path = path
        self.faults = faults
        self.languages = languages
        self._seen: set[str] = set()

    def fault(self, key: str, sentence: str) -> None:
        """Add a fault of ``key`` in this table."""
        self.faults.append(KeyFault(self.key(key), sentence))

    def key(self, key: str) -> str:
        """The dotted name of ``key`` in the file."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def has(self, key: str) -> bool:
        """Whether the file has ``key``; this counts as reading it."""
        self._seen.add(key)
        return key in self.values

    def raw(self, key: str) -> object:
        """The value from the TOML reader; None: there is none."""
        return self.values.get(key) if self.has(key) else None

    def text(self, key: str) -> str:
        """A text, which must be present and not blank."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value
        self._expected(key, "a text")
        return ""

    def maybe_text(self, key: str) -> str | None:
        """A text, or None if the key is absent."""
        return self.text(key) if self.has(key) else None

    def clock(self, key: str) -> str:
        """A time of day, ``HH:MM``."""
        value = self.text(key)
        if value and not _CLOCK.fullmatch(value):
            self.fault(key, f'"{value}" is not a time of day such as "08:30".')
        return value

    def number(self, demand: str) -> int:
        """The whole number at the last part of ``demand``, a key of ``NUMBERS``."""
        asked, key = NUMBERS[demand], demand.rpartition(".")[2]
        if asked.default is not None and not self.has(key):
            return asked.default
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self._expected(key, "a whole number")
        elif self._is_within(key, asked, value):
            return value
        return asked.default or asked.least

    def maybe_number(self, demand: str) -> int | None:
        """A whole number, or None if the key is absent."""
        return self.number(demand) if self.has(demand.rpartition(".")[2]) else None

    def numbers(self, demand: str) -> tuple[int, ...]:
        """A list of whole numbers; negative ones are allowed."""
        asked, key = NUMBERS[demand], demand.rpartition(".")[2]
        value = self.raw(key)
        if not isinstance(value, list) or any(type(one) is not int for one in value):
            self._expected(key, "a list of whole numbers")
            return ()
        return tuple(one for one in value if self._is_within(key, asked, one))

    def _is_within(self, key: str, asked: BoundedNumber, value: int) -> bool:
        if value < asked.least:
            self.fault(key, f"{value} is too small: the minimum is {asked.least}.")
        elif value > asked.most:
            self.fault(key, f"{value} is too large: the maximum is {asked.most}.")
        return asked.least <= value <= asked.most

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """``true`` or ``false``; with a ``default`` it may be absent."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if not isinstance(value, bool):
            self._expected(key, "true or false")
        return value is True

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed words; for any other, a fault and the first of them."""
        value = self.text(key)
        if value and value not in allowed:
            self.fault(key, f'"{value}" is not one of {", ".join(allowed)}.')
        return value if value in allowed else allowed[0]

    def names(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """A list of different texts; ``empty`` allows a missing or empty list."""
        if empty and not self.has(key):
            return ()
        value = self.raw(key)
        if not isinstance(value, list) or not all(isinstance(n, str) for n in value):
            self._expected(key, "a list of texts")
            return ()
        if not value and not empty:
            self.fault(key, "the list is empty.")
        for twice in sorted({name for name in value if value.count(name) > 1}):
            self.fault(key, f'"{twice}" is in the list twice.')
        return tuple(value)

    def measures(self, key: str) -> tuple[str, ...]:
        """A list of numbers, as such or as texts; a missing list is empty."""
        value = self.raw(key) if self.has(key) else []
        if not isinstance(value, list) or {type(one) for one in value} - {int, str}:
            self.fault(key, 'write a list of numbers: [160, 180] or ["38.5"].')
            return ()
        return tuple(map(str, value))

    def wording(self, key: str) -> Text:
        """A wording in every language of the study: ``{ zh = "…", en = "…" }``."""
        if isinstance(self.raw(key), dict):
            return self.table(key).wording_here()
        asked = ", ".join(f'{language} = "…"' for language in self.languages)
        self.fault(key, f"words are needed here: write {key} = {{ {asked} }}.")
        return Text({})

    def maybe_wording(self, key: str) -> Text | None:
        """A wording, or None if the key is absent."""
        return self.wording(key) if self.has(key) else None

    def wording_here(self, *, closed: bool = True) -> Text:
        """This table's own wording; ``closed``: it may have no other key."""
        said = {name: self._translation(name) for name in self.languages}
        if closed:
            self.end()
        return Text(said)

    def _translation(self, language: str) -> str:
        value = self.raw(language)
        if isinstance(value, str) and value.strip():
            return value
        self.fault(language, f"the {english_name(language)} wording is missing.")
        return ""

    def table(self, key: str) -> Table:
        """The table at ``key``; if there is none, a fault and an empty table."""
        value = self.raw(key)
        if not isinstance(value, dict):
            self.faults.append(MissingTable(self.key(key), self._no_table(key, value)))
            value = {}
        table = type(self)(value, self.key(key), self.faults, self.languages)
        table.inline = self.inline
        return table

    def _no_table(self, key: str, value: object) -> str:
        head = f"{key} = {{ … }}" if self.inline else f"[{self.key(key)}]"
        found = "this table is missing" if value is None else "this must be a table"
        return f"{found}: write {head}."

    def maybe_table(self, key: str) -> Table | None:
        """The table at ``key``, or None if the key is absent."""
        return self.table(key) if self.has(key) else None

    def children(self, key: str) -> dict[str, Table]:
        """The tables inside the table at ``key``, by name; none if it is absent."""
        if not self.has(key):
            return {}
        outer = self.table(key)
        return {name: outer.table(name) for name in outer.values}

    def tables(self, key: str, *, by: str | None = None) -> list[Table]:
        """The list of tables at ``key``; ``by`` names the key that tells them apart."""
        value = self.raw(key) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(t, dict) for t in value):
            said = "a list of tables is needed here: each in double brackets, [[ … ]]."
            self.fault(key, said)
            return []
        return list(self._named(key, value, by))

    def _named(
        self, key: str, value: list[dict[str, object]], by: str | None
    ) -> Iterator[Table]:
        taken: set[object] = set()
        for place, values in enumerate(value, start=1):
            name = values.get(by) if by else None
            label = f".{name}" if isinstance(name, str) else f"[{place}]"
            path = self.key(key) + label
            table = type(self)(values, path, self.faults, self.languages)
            table.inline = True
            if isinstance(name, str) and name in taken:
                table.fault("", f'"{name}" is defined twice.')
            taken.add(str(name))
            yield table

    def end(self) -> None:
        """Add a fault for every key that was not read, usually a spelling mistake."""
        for key in self.values:
            if key in self._seen:
                continue
            near = get_close_matches(key, self._seen, n=1, cutoff=0.7)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            self.fault(key, f"there is no such key here.{hint}")

    def _expected(self, key: str, what: str) -> None:
        found = "is missing" if key not in self.values else "is something else"
        self.fault(key, f"{what} is needed here; it {found}.")
