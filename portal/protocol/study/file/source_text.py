"""From the text of a study file to the values in it, or to what is wrong with the text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping

from portal.errors import StudyFileFault
from portal.protocol.demands import bounds
from portal.protocol.study.file.merging import bundle, merged, unbundle
from portal.protocol.study.file.toml_tables import KeyFault

Base = Callable[[str], str]
"""Finds the text of a base by its name."""
_LINE = re.compile(r"\(at line (\d+)")


def values_of(
    text: str, base: Base | None, faults: list[KeyFault]
) -> tuple[str, Mapping[str, object] | None]:
    """The text to keep, and its values, over those of its base; None: a fault is added."""
    own_text, base_text = unbundle(text)
    own = _toml(own_text, faults)
    if own is None or "base" not in own:
        return text, own
    name = str(own.pop("base"))
    if base_text is None:
        try:
            base_text = base(name) if base else None
        except StudyFileFault as fault:
            faults.append(KeyFault("base", fault.message))
            return text, None
    if base_text is None:
        faults.append(KeyFault("base", f'the study "{name}" cannot be found.'))
        return text, None
    under = _base_values(name, base_text, faults)
    if under is None:
        return text, None
    return bundle(own_text, name, base_text), merged(under, own)


def _base_values(
    name: str, text: str, faults: list[KeyFault]
) -> dict[str, object] | None:
    under = _toml(text, faults)
    if under is not None and "base" in under:
        said = f'"{name}" has a base itself: a base must be a whole study.'
        faults.append(KeyFault("base", said))
        return None
    return under


def _toml(text: str, faults: list[KeyFault]) -> dict[str, object] | None:
    if len(text) > bounds.LONGEST_FILE:
        said = f"longer than {bounds.LONGEST_FILE} characters: too long for a study."
        faults.append(KeyFault("file", said))
        return None
    try:
        values = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        faults.append(KeyFault(_place(text, str(error)), f"not valid TOML: {error}."))
        return None
    except (ValueError, RecursionError):
        said = "a number is too long here, or tables and lists are nested too deep."
        place = f"(at line {bounds.unreadable_line(text) or 1}"
        faults.append(KeyFault(_place(text, place), said))
        return None
    found = [KeyFault(*excess) for excess in bounds.excesses(values)]
    faults += found
    return None if found else values


def unstorable(value: object, path: str = "") -> Iterator[KeyFault]:
    """Values that JSON cannot hold: dates and decimals.

    They must be written as text.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from unstorable(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from unstorable(inner, f"{path}[{place}]")
    elif not isinstance(value, str | int):
        yield KeyFault(path, f'write "{value}" in quotation marks, as a text.')


def _place(text: str, error: str) -> str:
    found = _LINE.search(error)
    if not found:
        return "end of the file"
    line = text.splitlines()[int(found[1]) - 1 : int(found[1])]
    key = line[0].partition("=")[0].strip(" []")[: bounds.LONGEST_KEY] if line else ""
    return f"{key} (line {found[1]})" if key else f"line {found[1]}"
