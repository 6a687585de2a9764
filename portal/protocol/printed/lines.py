"""Lines of a printed study: what is named, and what stands below it."""

from __future__ import annotations

from portal.protocol.study.text import Text, joined, same


def named(code: str, title: Text) -> Text:
    """A line that begins a part: its id in the file, and its title."""
    return joined([same(code), title], same("  "))


def below(text: Text, depth: int = 1) -> Text:
    """A line that belongs to the one above it."""
    return joined([same("    " * depth), text], same(""))
