"""Wordings in every language: those of a study, and those of the interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.languages import LANGUAGES, MADE, SOURCE
from portal.translations.accented import accented
from portal.translations.catalogues import catalogue


class Text(Mapping[str, str]):
    """One wording, by the key of each language; other languages get the first one."""

    __slots__ = ("_said",)

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = dict(said)

    def __getitem__(self, language: str) -> str:
        return self._said[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __hash__(self) -> int:
        return hash(frozenset(self._said.items()))

    def __repr__(self) -> str:
        return f"Text({self._said!r})"

    def say(self, language: str) -> str:
        """The wording in ``language``, or else the first one, or else an empty text."""
        if language in MADE:
            return accented(self.say(SOURCE))
        said = self._said.get(language)
        return next(iter(self._said.values()), "") if said is None else said


def is_wording(value: Mapping[str, object]) -> bool:
    """Whether a table of a stored study is a wording."""
    return bool(value) and set(value) <= set(LANGUAGES)


def in_each(say: Callable[[str], str]) -> Text:
    """The result of ``say`` for the key of every language of the portal."""
    return Text({key: say(key) for key in LANGUAGES})


def worded(sentence: str, **values: object) -> Text:
    """A sentence of the interface, from the catalogues; ``%(name)s`` are filled in."""
    return _filled(lambda key: str(catalogue(key).ugettext(sentence)), values)


def worded_for(context: str, sentence: str, **values: object) -> Text:
    """The same for an English word with several translations, chosen by ``context``."""
    return _filled(lambda key: str(catalogue(key).upgettext(context, sentence)), values)


def _filled(say: Callable[[str], str], values: Mapping[str, object]) -> Text:
    return in_each(lambda key: say(key) % values if values else say(key))


def filled(sentence: Text, **parts: Text) -> Text:
    """A sentence with its ``%(name)s`` filled in, each part in the same language."""
    return in_each(
        lambda key: (
            sentence.say(key) % {name: part.say(key) for name, part in parts.items()}
        )
    )


def same(text: str) -> Text:
    """A text that is the same in every language: codes, numbers, signs."""
    return in_each(lambda _: text)


def mark(name: str) -> Text:
    """The mark of each language: the field of ``Marks`` with this name."""
    return in_each(lambda key: str(getattr(LANGUAGES[key].marks, name)))


def joined(parts: Sequence[Text], between: Text) -> Text:
    """Several wordings as one, with a separator in each language."""
    return in_each(lambda key: between.say(key).join(part.say(key) for part in parts))


def bracketed(text: Text) -> Text:
    """A wording in the brackets of each language."""

    def within(key: str) -> str:
        opening, closing = LANGUAGES[key].marks.brackets
        return f"{opening}{text.say(key)}{closing}"

    return in_each(within)


@dataclass(frozen=True)
class PageSentence:
    """A message on a page (``M-E`` …), with placeholders such as ``{phone}``.

    As advice, one with ``beside`` is added to the tier's own and does not replace it.
    """

    id: str
    text: Text
    beside: bool = False


@dataclass(frozen=True)
class SmsTemplate:
    """A text message: approved wording and the variables that it contains."""

    id: str
    text: Text
    variables: tuple[str, ...]
    max_segments: int
