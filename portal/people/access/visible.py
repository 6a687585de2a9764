"""What each person may see: everything else does not exist for them.

Staff see their site's rows; a participant or caregiver sees the participant's own rows.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Participant
from portal.errors import NotFound
from portal.people.access.sessions import Viewer

Row = TypeVar("Row")


def row(session: Session, viewer: Viewer, table: type[Row], **key: Any) -> Row:
    """The row with this key. ``table`` has ``site_id`` or ``participant_id``.

    Raises:
        NotFound: there is none, or it belongs to somebody else: the answer is the same.
    """
    query = _within_reach(select(table).filter_by(**key), table, viewer)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is nothing here.")
    return cast(Row, found)


def participant(session: Session, viewer: Viewer, code: str) -> Participant:
    """The participant with a study code, typed in upper or lower case.

    Raises:
        NotFound: as ``row``.
    """
    return row(session, viewer, Participant, code=code.upper())


def own(session: Session, viewer: Viewer) -> Participant:
    """The participant whose data a participant or caregiver reads.

    Raises:
        NotFound: there is none.
    """
    return row(session, viewer, Participant, id=viewer.participant_id)


def _within_reach(query: Any, table: Any, viewer: Viewer) -> Any:
    if not viewer.is_staff:
        mine = table.id if table is Participant else table.participant_id
        return query.where(mine == viewer.participant_id)
    if hasattr(table, "site_id"):
        return query.where(table.site_id == viewer.site_id)
    ours = select(Participant.id).where(Participant.site_id == viewer.site_id)
    return query.where(table.participant_id.in_(ours))
