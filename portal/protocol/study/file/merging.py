"""A study that builds on another: one text with both, and one merged table.

The portal stores a study as one text and reads it again years later. So a derived study
has its base's text after a marker line: what was approved stays complete, also if the
base's file changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.languages import LANGUAGES

_MARK = "#:base "
_NAMES = ("id", "code", "title")


def bundle(text: str, base: str, base_text: str) -> str:
    """``text`` and the text of its ``base`` in one, for storing and hashing."""
    ending = "" if text.endswith("\n") else "\n"
    return f"{text}{ending}{_MARK}{base}\n{base_text}"


def unbundle(text: str) -> tuple[str, str | None]:
    """A study's own text, and its base's text if it is included."""
    own, mark, rest = text.partition("\n" + _MARK)
    if not mark:
        return text, None
    return own + "\n", rest.partition("\n")[2]


def merged(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """``base`` with the keys of ``own`` on top.

    Tables merge by key; lists of tables by ``id``, ``code`` or ``title``, keeping
    the base's order with new ones at the end. Any other value replaces the base's.
    A wording in several languages is one value: a language that ``own`` lacks is a
    fault to be named, and never the words of the base, which are about another trial.
    """
    is_wording = any(isinstance(own.get(language), str) for language in LANGUAGES)
    replaced = LANGUAGES if is_wording else ()
    result = {key: value for key, value in base.items() if key not in replaced}
    for key, value in own.items():
        result[key] = _over(base.get(key), value)
    return result


def _over(base: object, own: object) -> object:
    if isinstance(base, dict) and isinstance(own, dict):
        return merged(base, own)
    if isinstance(base, list) and isinstance(own, list):
        old, new = _by_name(base), _by_name(own)
        if old is not None and new is not None:
            return list(merged(old, new).values())
    return own


def _by_name(tables: list[object]) -> dict[str, object] | None:
    named: dict[str, object] = {}
    for table in tables:
        name = _name(table)
        if name is None or name in named:
            return None
        named[name] = table
    return named


def _name(table: object) -> str | None:
    if not isinstance(table, dict):
        return None
    names = (table.get(key) for key in _NAMES)
    return next((name for name in names if isinstance(name, str)), None)
