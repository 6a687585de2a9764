"""The words of a message, from its study version and its variables."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.messages.operator_texts import BUILT_IN
from portal.protocol.study.filling import fill
from portal.runtime import Runtime


class WordSources(Protocol):
    """The parts from which the words of a message are made."""

    @property
    def study_version_id(self) -> int:
        """The study's version."""

    @property
    def template(self) -> str:
        """The id of the approved wording."""

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""

    @property
    def variables(self) -> dict[str, Any]:
        """The values for the wording's placeholders."""


def words_of(runtime: Runtime, message: WordSources) -> str:
    """What a message says, or said."""
    with runtime.reading() as session:
        return words_in(session, runtime, message)


def words_in(session: Session, runtime: Runtime, message: WordSources) -> str:
    """The same, in the caller's transaction."""
    template = BUILT_IN.get(message.template)
    if template is None:
        study = runtime.study(session, message.study_version_id)
        template = study.texts[message.template]
    return fill(template, message.language, message.variables)
