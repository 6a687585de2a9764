"""A pseudo-language for developers: every sentence accented, and a third longer.

It shows what no catalogue has, and what no longer fits where a language needs more room.
Placeholders stay as they are. It is made of English while the portal runs.
"""

from __future__ import annotations

import re

from babel.support import NullTranslations

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ACCENTED = "ÅƁÇĐÉƑĜĤÎĴĶĹṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçđéƒĝĥîĵķĺɱñöþǫŕšţûṽŵẋýž"
PADDING = "öñé ţŵö ţĥŕéé ƒöûŕ ƒîṽé "
LONGER = 0.35
_ACCENTS = str.maketrans(PLAIN, ACCENTED)
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|&\w+;|<[^>]*>)")


def accented(sentence: str) -> str:
    """A sentence of English in the pseudo-language."""
    parts = _KEPT.split(sentence)
    parts[::2] = [part.translate(_ACCENTS) for part in parts[::2]]
    more = round(LONGER * len(sentence))
    padding = (PADDING * (1 + more // len(PADDING)))[:more].strip()
    return "".join(parts) + (f" {padding}" if padding else "")


class Accented(NullTranslations):
    """A catalogue of the sentences that another has; any other stays plain English."""

    def __init__(self, known: set[str]) -> None:
        super().__init__()
        self._known = known

    def ugettext(self, message: str) -> str:
        """A sentence, accented if a catalogue has it."""
        return accented(message) if message in self._known else message

    def ungettext(self, one: str, many: str, num: int) -> str:
        """The same of a sentence with a number."""
        said = one if num == 1 else many
        return accented(said) if one in self._known else said
