"""The study that most tests follow, read once: it is text of half a thousand lines."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from portal.protocol.study.model import Study
from portal.study_files import load_study, study_source

NAME = "dcar-sle"


@cache
def the_study(name: str = NAME) -> tuple[Study, str]:
    """The study, and its whole text as it is installed."""
    return load_study(name), study_source(name)


@cache
def the_usual_study() -> tuple[Study, str]:
    """The same, in which nobody has days with hours of their own.

    What is tested of a silent day with it stays true whatever a file says for the first
    days at home.
    """
    study, source = the_study()
    return with_usual_plans(study), source


def with_usual_plans(study: Study) -> Study:
    """The study with one plan for all days of a phase."""
    missing = {code: replace(one, stretches=()) for code, one in study.missing.items()}
    return replace(study, missing=missing)
