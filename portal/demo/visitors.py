"""Whom a visitor of the demonstration can be, and what they are asked to report."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import study_versions
from portal.demo.past.casting import cast_of
from portal.demo.past.people import NURSE, PASSWORD, Colleague, colleagues
from portal.languages import FIRST
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import AnswerInWords, spoken
from portal.runtime import Runtime

COUNTRY_CODE = "+86"


@dataclass(frozen=True)
class Playable:
    """A participant or a caregiver: whose, the number as people type it, the language."""

    code: str
    number: str
    language: str
    caregiver: bool = False


@dataclass(frozen=True)
class Visitors:
    """The people of one study's demonstration, for somebody who tries it.

    ``told`` is what a newcomer is asked to answer; ``on_first_screen``: the first screen
    asks it already.
    """

    title: Text
    everybody: tuple[Playable, ...]
    to_play: tuple[Playable, ...]
    caregivers: tuple[Playable, ...]
    told: tuple[AnswerInWords, ...]
    on_first_screen: bool
    staff: tuple[Colleague, ...]
    password: str = PASSWORD

    def newcomer(self, language: str) -> Playable | None:
        """Whom somebody who reads ``language`` is asked to be; None: there is nobody."""
        found = {one.language: one for one in self.to_play}
        return found.get(language) or next(iter(found.values()), None)

    def nurse(self, language: str) -> str:
        """The user name of a nurse who reads ``language``."""
        return NURSE.get(language, NURSE[FIRST])


def visitors(study: Study) -> Visitors:
    """The people of a study's demonstration."""
    cast = cast_of(study)
    everybody = tuple(
        Playable(one.code, as_typed(one.number()), one.language)
        for one in cast.participants
    )
    return Visitors(
        title=study.title,
        everybody=everybody,
        to_play=tuple(
            Playable(code, as_typed(cast.of_code(code).number()), language)
            for language, code in cast.to_play.items()
        ),
        caregivers=tuple(
            Playable(one.code, as_typed(one.number()), one.language, caregiver=True)
            for one in cast.caregivers
        ),
        told=spoken(study, cast.dangerous),
        on_first_screen=study.red_flags in cast.dangerous,
        staff=colleagues([duty.id for duty in study.duties]),
    )


def visitors_here(runtime: Runtime, session: Session) -> Visitors | None:
    """Those of the study in this database; None: it has none."""
    version = study_versions.newest(session)
    return visitors(runtime.study(session, version.id)) if version else None


def as_typed(number: str) -> str:
    """A number as people in that country type it."""
    return number.removeprefix(COUNTRY_CODE)
