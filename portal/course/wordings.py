"""The words of every message that a course queued, as it would be sent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from sqlalchemy import select

from portal.course.acts import Act
from portal.course.stage import Stage
from portal.db.tables.outbox import Message
from portal.languages import LANGUAGES
from portal.messages.operator_texts import template_of
from portal.protocol.study.filling import fill


def messages(stage: Stage) -> Iterator[Act]:
    """Word each message in the language of its reader and in the others."""
    with stage.runtime.reading() as session:
        found = list(session.scalars(select(Message).order_by(Message.id)))
    said: set[tuple[str, str, str]] = set()
    for message, language in product(found, LANGUAGES):
        kind = (message.channel.value, message.template, language)
        if kind not in said:
            said.add(kind)
            doing = f"{message.channel} {message.template} ({language}) leaves"
            yield doing, partial(_say, stage, message, language)


def _say(stage: Stage, message: Message, language: str) -> str:
    template = template_of(stage.study, message.template)
    return fill(template, language, message.variables)
