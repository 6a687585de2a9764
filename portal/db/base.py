"""What all tables share: names of constraints, aware UTC times, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator

from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import EntrySource, RequestState, VersionKind
from portal.vocabulary.holding import HoldReason
from portal.vocabulary.messages import (
    AttemptState,
    Channel,
    InboundKind,
    MessageState,
    OptOutAct,
    OptOutSource,
    Purpose,
)
from portal.vocabulary.people import (
    ActorKind,
    ConsentAct,
    ContactKind,
    ParticipantStatus,
)
from portal.vocabulary.tasks import TaskKind, TaskState
from portal.vocabulary.visits import VisitState

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; a naive one is refused.

    SQLite stores no zone: there the text is UTC because of this rule only.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive times; convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC)


class Word(TypeDecorator[str]):
    """A member of an enum of ``portal.vocabulary``, stored as its text.

    No other word is stored. A word that another build of the portal stored is read
    unchanged: a page then shows the code instead of nothing.
    """

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The member's text; any other word is refused."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """The member."""
        try:
            return None if value is None else self.words(value)
        except ValueError:
            return value


WORDS: tuple[type[StrEnum], ...] = (
    AlertState,
    Happening,
    TaskState,
    TaskKind,
    ActorKind,
    ParticipantStatus,
    ConsentAct,
    ContactKind,
    VisitState,
    EntrySource,
    VersionKind,
    RequestState,
    MessageState,
    AttemptState,
    Purpose,
    Channel,
    InboundKind,
    OptOutAct,
    OptOutSource,
    HoldReason,
)


class Base(DeclarativeBase):
    """Parent of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: String,
        **{words: Word(words) for words in WORDS},
    }
