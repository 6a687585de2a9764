"""Faults of a study whose shape is right: parts that do not fit together.

``faults`` is the whole list that ``study check`` prints; a gateway adds its caps. Each
fault names its key in the file and describes the problem in a sentence.
"""

from __future__ import annotations

from portal.protocol.checks.agreement.stronger_notes import stronger_notes
from portal.protocol.checks.demands import demand_faults
from portal.protocol.checks.diary import diary_faults
from portal.protocol.checks.duties import duty_faults
from portal.protocol.checks.ladder import Caps, ladder_faults
from portal.protocol.checks.plans import plan_faults
from portal.protocol.checks.rules import rule_faults
from portal.protocol.checks.signs import sign_faults
from portal.protocol.checks.timeline import timeline_faults
from portal.protocol.checks.wording import wording_faults
from portal.protocol.study.file.reading import scan_study
from portal.protocol.study.file.source_text import Base
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study

__all__ = ["Caps", "KeyFault", "faults", "faults_of_text", "looks_of_text"]


def faults_of_text(
    text: str, *, base: Base | None = None, caps: Caps | None = None
) -> tuple[KeyFault, ...]:
    """Every fault of a study file's text; if there are faults of shape, only those.

    The meaning is checked only if the shape is right. Otherwise a missing table would
    be reported at every place that refers to it.
    """
    reading = scan_study(text, base=base)
    if reading.study is None or reading.faults:
        return reading.faults
    return faults(reading.study, caps=caps)


def faults(study: Study, *, caps: Caps | None = None) -> tuple[KeyFault, ...]:
    """Every fault of a study that could be read; ``caps`` are the gateway's."""
    return (
        *demand_faults(study),
        *timeline_faults(study),
        *diary_faults(study),
        *duty_faults(study),
        *rule_faults(study),
        *sign_faults(study),
        *ladder_faults(study, caps),
        *plan_faults(study),
        *wording_faults(study),
    )


def looks_of_text(text: str, *, base: Base | None = None) -> tuple[KeyFault, ...]:
    """What is no fault of a study file's text and worth a look; it has no fault."""
    study = scan_study(text, base=base).study
    return () if study is None else tuple(stronger_notes(study))
