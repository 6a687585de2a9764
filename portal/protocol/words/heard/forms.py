"""The traditional forms of the characters that the reader itself knows."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.study.traditional import forms_of
from portal.protocol.words.heard import (
    grammar,
    idioms,
    numerals,
    reading_words,
    spelling,
)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        yield from _texts((*value, *value.values()))


READERS = forms_of(
    text
    for module in (grammar, idioms, numerals, reading_words, spelling)
    for name, value in vars(module).items()
    if name.lstrip("_").isupper()
    for text in _texts(value)
)
"""Each with the simplified one, for every note."""
