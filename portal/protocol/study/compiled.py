"""A study as plain JSON values and back: for storing, and for the phone's rules.

The classes of the model define each value, so a new field needs no change here.

A stored study is read as long as anybody follows it. It has the ``format`` in which it
was stored; without one it is format 1. A new optional field needs no new format if its
absence means the same as before. Every other change of form or meaning raises
``FORMAT`` and adds to ``portal.protocol.study.upgrades`` the step from the previous
format.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from portal.errors import StudyFileFault
from portal.protocol.study.model import FORMAT, Study
from portal.protocol.study.text import Text
from portal.protocol.study.upgrades import UPGRADERS, Upgrader


def to_compiled(study: Study) -> dict[str, Any]:
    """The study as dictionaries, lists, texts and numbers, ready for JSON."""
    compiled: dict[str, Any] = plain(study)
    return {**compiled, "format": FORMAT}


def upgraded(
    compiled: Mapping[str, Any],
    *,
    to: int = FORMAT,
    by: Mapping[int, Upgrader] = UPGRADERS,
) -> Mapping[str, Any]:
    """A stored study in the form of ``to``; ``format`` still says how it was stored.

    Raises:
        StudyFileFault: its format is missing, or newer than this portal.
    """
    stored = compiled.get("format", 1)
    if isinstance(stored, bool) or not isinstance(stored, int) or stored < 1:
        raise StudyFileFault("This is not a compiled study: it has no format number.")
    if stored > to:
        said = (
            f"A later portal stored this study (format {stored}; this one reads {to})."
        )
        raise StudyFileFault(said)
    for number in range(stored, to):
        compiled = by[number](compiled)
    return {**compiled, "format": stored}


def from_compiled(compiled: Mapping[str, Any]) -> Study:
    """The study that ``to_compiled`` wrote, in the present or an earlier format.

    Raises:
        StudyFileFault: it is not a compiled study.
    """
    try:
        study: Study = _built(Study, upgraded(compiled))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = f"This is not a compiled study: {error}."
        raise StudyFileFault(said) from error
    return study


def plain(value: Any) -> Any:
    """A value of the model in its JSON form."""
    if (names := _names(type(value))) is not None:  # type: ignore[arg-type]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value.value if isinstance(value, StrEnum) else value


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a class of the model; None: the class is a plain value's."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else None


def _built(kind: Any, value: Any) -> Any:
    return _builder(kind)(value)


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    """The function that makes a value of this kind from its plain form."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return lambda value: _one_of(arguments, value)
    if origin is tuple:
        return lambda value: tuple(_built(arguments[0], inner) for inner in value)
    if kind is Text:
        return Text
    if origin is Mapping:
        of_key, of_value = map(_builder, arguments)
        return lambda value: {of_key(k): of_value(v) for k, v in value.items()}
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        make = cast("Callable[..., Any]", kind)
        return lambda value: make(**{n: _built(hints[n], value[n]) for n in value})
    plain = not (isinstance(kind, type) and issubclass(kind, StrEnum))
    return (lambda value: value) if plain else kind


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """A value of that one of several kinds which has the fields of ``value``."""
    if value is None:
        return None
    given = [kind for kind in kinds if kind is not types.NoneType]
    if len(given) > 1 and all(is_dataclass(kind) for kind in given):
        given = [k for k in given if {f.name for f in fields(k)} == set(value)]
    if not given:
        said = f"no kind of value has the fields {', '.join(value)}"
        raise ValueError(said)
    return _built(given[0], value)
