"""The work that the portal raises itself, each kind of which one duty of the study has."""

from __future__ import annotations

from enum import StrEnum


class Work(StrEnum):
    """A kind of work that no rule, ladder or plan of the study gives to anybody."""

    REPORTS = "reports"
    ORGANISING = "organising"
    CORRECTIONS = "corrections"


WORK = {
    Work.REPORTS: "to read what people write and to phone them; also the work of rules "
    "without `owner` and of `task` on a rung",
    Work.ORGANISING: "visits, consent, numbers, messages that did not arrive, the rota",
    Work.CORRECTIONS: "to decide whether an answer may be changed afterwards",
}
"""What each kind of work is."""
