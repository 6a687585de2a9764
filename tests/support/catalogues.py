"""The texts of the interface: those the source holds, those the catalogues hold."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portal.translations.sentences import source_texts as source_texts
from tests.support.source import ROOT

FOLDER = ROOT / "portal" / "translations"
PLACEHOLDER = re.compile(r"%\((\w+)\)")


@cache
def texts() -> Catalog:
    """Those of the portal, found once: it takes seconds."""
    return source_texts()


def catalogues() -> dict[str, Catalog]:
    """Each language's catalogue, by the name of its folder."""
    return {
        path.parts[-3]: read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])
        for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
    }


def untranslated(source: Catalog, catalogue: Catalog) -> list[str]:
    """Texts that people would read in a language that is not theirs."""
    return [
        f"{where(message)}: {message.id}"
        for message in source
        if message.id and not is_translated(catalogue.get(message.id, message.context))
    ]


def unused(source: Catalog, catalogue: Catalog) -> list[str]:
    """Translations of texts that no page holds any more."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and source.get(message.id, message.context) is None
    ]


def faulty(catalogue: Catalog) -> list[str]:
    """Translations whose placeholders are not those of the text."""
    return [
        str(message.id)
        for message in catalogue
        if message.id
        and any(
            placeholders(form) != placeholders(message.id)
            for form in forms(message)
            if form
        )
    ]


def placeholders(text: str | tuple[str, ...] | list[str]) -> set[str]:
    """Names a text leaves open; a plural form may say its number in words."""
    whole = text if isinstance(text, str) else " ".join(text)
    return set(PLACEHOLDER.findall(whole)) - {"num"}


def forms(message: Message) -> tuple[str, ...]:
    strings = message.string
    return (strings,) if isinstance(strings, str) else tuple(strings or ())


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return bool(forms(message)) and all(forms(message))


def where(message: Message) -> str:
    name, line = message.locations[0] if message.locations else ("?", 0)
    return f"{name}:{line}"
