"""Which cast the demonstration of a study has."""

from __future__ import annotations

from portal.demo.past.cast import Cast
from portal.demo.past.made_cast import made_cast
from portal.demo.past.written_cast import STUDIES, WRITTEN
from portal.protocol.study.model import Study


def cast_of(study: Study) -> Cast:
    """The cast that was written for a study, or one made from its file; pure."""
    return WRITTEN if study.id in STUDIES else made_cast(study)
