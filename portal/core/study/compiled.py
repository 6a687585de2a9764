"""A study as plain JSON values and back: for storing, and for the phone's rules.

The classes of the model say what each value is, so a new field needs no line here.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from portal.core.errors import StudyFileFault
from portal.core.study.model import Study


def to_compiled(study: Study) -> dict[str, Any]:
    """The study as dictionaries, lists, texts and numbers, fit for JSON."""
    compiled: dict[str, Any] = _plain(study)
    return compiled


def from_compiled(compiled: Mapping[str, Any]) -> Study:
    """The study that ``to_compiled`` wrote. Raises ``StudyFileFault`` on any other."""
    try:
        study: Study = _built(Study, compiled)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = f"This is no compiled study: {error}."
        raise StudyFileFault(said) from error
    return study


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value.value if isinstance(value, StrEnum) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return _one_of(arguments, value)
    if origin is tuple:
        return tuple(_built(arguments[0], inner) for inner in value)
    if origin is Mapping:
        of_key, of_value = arguments
        return {_built(of_key, k): _built(of_value, v) for k, v in value.items()}
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _built(hints[name], value[name]) for name in value})  # type: ignore[operator]
    return (
        kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
    )


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """Of several kinds, the one whose fields are those of ``value``."""
    if value is None:
        return None
    given = [kind for kind in kinds if kind is not types.NoneType]
    if len(given) > 1 and all(is_dataclass(kind) for kind in given):
        given = [k for k in given if {f.name for f in fields(k)} == set(value)]
    if not given:
        said = f"no kind of value has the fields {', '.join(value)}"
        raise ValueError(said)
    return _built(given[0], value)
