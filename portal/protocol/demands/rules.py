"""The tasks that a rule can have, and the ids of what code raises itself."""

from __future__ import annotations

from enum import StrEnum

from portal.vocabulary.tasks import TaskKind

SILENCE = "silence"
"""The id of a silent day, if the study gives no other."""
DEVIATION = "deviation"
"""The id of a departure from the protocol, if the study gives no other."""


class ReviewKind(StrEnum):
    """The kind of a rule's own task. Without one, an alert can carry its review."""

    REVIEW = TaskKind.REVIEW.value
    DATA_QUALITY = TaskKind.DATA_QUALITY.value
    AWAY = TaskKind.AWAY.value
    PRIVATE = TaskKind.PRIVATE.value


REVIEWS = {
    ReviewKind.REVIEW: "to look at the report and phone",
    ReviewKind.DATA_QUALITY: "whether the answers can be true",
    ReviewKind.AWAY: "that they are further away than the study allows",
    ReviewKind.PRIVATE: "to speak in private: the list of tasks says nothing of it",
}
"""What each kind of task asks its owner to do."""
