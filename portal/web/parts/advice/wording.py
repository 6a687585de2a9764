"""The study's messages on a page: sentence by sentence, their numbers in one piece."""

from __future__ import annotations

import re

SENTENCES = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")


def sentences(text: str) -> list[str]:
    """A message sentence by sentence, its placeholders still in it."""
    return [part.strip() for part in SENTENCES.split(text) if part.strip()]


def unbroken(number: str) -> str:
    """A telephone number that no line break splits."""
    return number.replace("-", "\u2060-\u2060").replace(" ", "\u00a0")
