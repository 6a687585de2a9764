"""Wordings of a study, each in every language: labels, page messages, text messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One wording in every language of the study."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The wording in ``language`` (``zh`` or ``en``; anything else: ``en``)."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class PageSentence:
    """A message on a page (``M-E`` …), with placeholders such as ``{phone}``."""

    id: str
    text: Text


@dataclass(frozen=True)
class SmsTemplate:
    """A text message: approved wording and the variables that it contains."""

    id: str
    text: Text
    variables: tuple[str, ...]
    max_segments: int
