"""Keeps the catalogues: ``update``, ``missing`` or ``compile``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.languages import LANGUAGES, SOURCE
from portal.translations.sentences import source_texts

FOLDER = Path(__file__).parent
HEAD = """# Words of the interface; clinical wording stands in the study files.
msgid ""
msgstr ""
"Project-Id-Version: follow-up-portal\\n"
"Language: {locale}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _catalogues() -> Iterator[tuple[Path, Catalog]]:
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        yield path, read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])


def begin() -> None:
    """Make an empty catalogue for each language of the table that has none."""
    for language in LANGUAGES.values():
        path = FOLDER / language.locale / "LC_MESSAGES" / "messages.po"
        if language.key == SOURCE or path.exists():
            continue
        path.parent.mkdir(parents=True)
        plural = Catalog(locale=language.locale).plural_forms
        path.write_text(HEAD.format(locale=language.locale, plural=plural), "utf-8")


def update() -> int:
    """Add new sentences and remove unused ones; all others stay unchanged."""
    source = source_texts()
    begin()
    for path, catalogue in _catalogues():
        head = path.read_bytes().partition(b"\n\n")[0]
        catalogue.update(source, no_fuzzy_matching=True)
        body = BytesIO()
        write_po(
            body,
            catalogue,
            no_location=True,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
            width=0,
        )
        path.write_bytes(head + b"\n\n" + body.getvalue().strip() + b"\n")
    return missing()


def missing() -> int:
    """Print each sentence without a translation; 1 if there is one."""
    lacking = [
        f"{path.parts[-3]} {':'.join(map(str, message.locations[0]))}: {message.id}"
        for path, catalogue in _catalogues()
        for message in source_texts()
        if message.id and not _translated(catalogue.get(message.id, message.context))
    ]
    sys.stdout.writelines(f"{line}\n" for line in lacking)
    return 1 if lacking else 0


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string or ""
    return bool(strings) and (isinstance(strings, str) or all(strings))


def compile_all() -> int:
    """Write the compiled form beside each catalogue."""
    for path, catalogue in _catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return 0


COMMANDS = {"update": update, "missing": missing, "compile": compile_all}


def main(arguments: list[str]) -> int:
    """Run the named command; return 2 if there is no such command."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m portal.translations {'|'.join(COMMANDS)}\n")
        return 2
    return COMMANDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
