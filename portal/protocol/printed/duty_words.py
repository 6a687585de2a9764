"""Duties as staff know them: by their titles, never by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, joined, mark, same


def duty_title(study: Study, name: str) -> Text:
    """The title of a duty; one that the study does not have, by its id."""
    duty = study.duty(name)
    return duty.title if duty else same(name)


def duty_titles(study: Study, names: Iterable[str]) -> Text:
    """The titles of several duties, as a list."""
    return joined([duty_title(study, name) for name in names], mark("listed"))
