"""All differences between two versions of a study, in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from portal.languages import SOURCE
from portal.protocol.amendment.change import Part, StudyChange
from portal.protocol.amendment.diary import question_changes, visit_changes
from portal.protocol.amendment.duties import duty_changes
from portal.protocol.amendment.ladders import ladder_changes
from portal.protocol.amendment.plans import other_changes
from portal.protocol.amendment.rules import rule_changes
from portal.protocol.amendment.signs import sign_changes
from portal.protocol.amendment.wording import (
    message_changes,
    text_changes,
    word_changes,
)
from portal.protocol.study.model import Study

EVERY = (
    rule_changes,
    ladder_changes,
    duty_changes,
    visit_changes,
    question_changes,
    message_changes,
    text_changes,
    word_changes,
    sign_changes,
    other_changes,
)


def differences(old: Study, new: Study) -> tuple[StudyChange, ...]:
    """What ``new`` changes compared with ``old``; empty if they act the same."""
    order = list(Part)
    return tuple(
        sorted(
            _every(old, new),
            key=lambda one: (
                order.index(one.part),
                one.name.say(SOURCE),
                one.aspect.say(SOURCE),
            ),
        )
    )


def _every(old: Study, new: Study) -> Iterator[StudyChange]:
    for changes in EVERY:
        yield from changes(old, new)
