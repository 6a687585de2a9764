"""Why a note does not state a sign: which phrase came nearest, and what it lacks.

For the author of a study, who sees only the words of the phrase and those of the note.
Each phrase is sought by itself, then each of its parts, by the reader of notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.protocol.study.signs import Lexicon, Sign, parts_of
from portal.protocol.words.heard.folding import folded
from portal.protocol.words.heard.forms import READERS
from portal.protocol.words.heard.signs_said import signs_said, vocabulary

DENIED = (
    "is there, but denied, long past, over, only asked about or of somebody else. If a "
    '"not" or "没" belongs to the sign, write it into the phrase'
)
"""What a phrase is whose words a note has and does not state."""


def why_unsaid(note: str, sign: Sign, lexicon: Lexicon) -> str:
    """The reason as the rest of a sentence, with the note as the reader has it."""
    seen = folded(note, READERS | dict(lexicon.forms))
    read = "" if seen == note else f' (read as "{seen}")'
    sought = [_sought(note, sign, *one, lexicon) for one in _phrases(sign)]
    if _comes(note, sign, lexicon) is None and _is_hidden(note, sign, lexicon):
        return f"{read}: a phrase of except hides it."
    calm = next((one for one in sought if one.calm), None)
    if calm is not None:
        return f'{read}: "{calm.phrase}" {DENIED}.'
    nearest = min(sought, key=lambda one: one.rank, default=None)
    if nearest is None or not nearest.found:
        return f"{read}: no part of any phrase is in it."
    if not nearest.missing:
        apart = "are there, but too far apart or not in one clause"
        return f'{read}: the parts of "{nearest.phrase}" {apart}.'
    missing = " and ".join(f'"{one}"' for one in nearest.missing)
    return f'{read}: nearest is "{nearest.phrase}", of which {missing} is not there.'


def _is_hidden(note: str, sign: Sign, lexicon: Lexicon) -> bool:
    return _comes(note, replace(sign, except_in={}), lexicon) is not None


@dataclass(frozen=True)
class _Sought:
    """A phrase looked for in a note: its parts that are there, and those that are not."""

    phrase: str
    found: tuple[str, ...]
    missing: tuple[str, ...]
    calm: bool

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Lower is nearer: something is there, little is missing, much is there."""
        return not self.found, len(self.missing), -len(self.found)


def _phrases(sign: Sign) -> Iterator[tuple[str, str]]:
    for language, phrases in sign.phrases.items():
        yield from ((language, phrase) for phrase in phrases)


def _sought(
    note: str, sign: Sign, language: str, phrase: str, lexicon: Lexicon
) -> _Sought:
    parts = ["|".join(part) for part in parts_of(phrase)]
    there = [_has(note, sign, language, part, lexicon) for part in parts]
    found = tuple(part for part, is_there in zip(parts, there, strict=True) if is_there)
    return _Sought(
        phrase,
        found,
        tuple(part for part in parts if part not in found),
        all(there) and _only(note, sign, language, phrase, lexicon) is not None,
    )


def _has(note: str, sign: Sign, language: str, part: str, lexicon: Lexicon) -> bool:
    return _only(note, sign, language, part, lexicon) is not None


def _only(
    note: str, sign: Sign, language: str, phrase: str, lexicon: Lexicon
) -> bool | None:
    return _comes(note, replace(sign, phrases={language: (phrase,)}), lexicon)


def _comes(note: str, sign: Sign, lexicon: Lexicon) -> bool | None:
    """Whether the note states the sign; False: only denied or past; None: not there."""
    said = signs_said(note, vocabulary((sign,), lexicon.forms))
    return True if said.signs else False if said.negated else None
