"""The sentences of a study and its words: pages, texts, and what is looked for in notes."""

from __future__ import annotations

from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.rules import WordList
from portal.protocol.study.text import PageSentence, SmsTemplate


def read_words(language: str, table: Table) -> WordList:
    """One ``[words.<language>]``."""
    words = WordList(
        language=language,
        emergency=table.names("emergency"),
        urgent=table.names("urgent"),
        negations=table.names("negations"),
        past=table.names("past"),
        exceptions=table.names("exceptions", empty=True),
    )
    table.end()
    return words


def read_message(identity: str, table: Table) -> PageSentence:
    """One ``[message.<id>]``."""
    text = table.wording_here(closed=False)
    beside = table.flag("beside", default=False)
    table.end()
    return PageSentence(id=identity, text=text, beside=beside)


def read_sms(identity: str, table: Table) -> SmsTemplate:
    """One ``[sms.<id>]``."""
    template = SmsTemplate(
        id=identity,
        text=table.wording_here(closed=False),
        variables=table.names("variables", empty=True),
        max_segments=table.number("sms.max_segments"),
    )
    table.end()
    return template
