"""The study that most tests follow, read once: it is text of half a thousand lines."""

from __future__ import annotations

from functools import cache

from portal.protocol.study.model import Study
from portal.study_files import load_study, study_source

NAME = "dcar-sle"


@cache
def the_study(name: str = NAME) -> tuple[Study, str]:
    """The study, and its whole text as it is installed."""
    return load_study(name), study_source(name)
