"""The blueprint of the team's pages, and what surrounds each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from portal import study_versions
from portal.errors import InvalidInput
from portal.languages import LANGUAGES
from portal.people import duties
from portal.people.access import visible
from portal.people.access.sessions import Viewer
from portal.people.case import Case
from portal.protocol.study.duties import Duty
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.records.staff import record
from portal.records.staff.work import worklist
from portal.study_versions import StudyOf
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import language, sentence_of, tongue
from portal.web.frame.sites import site_card
from portal.web.staff import event_words, fields, times, words

blueprint = GuardedBlueprint("staff", __name__, guard="staff", url_prefix="/staff")
Errors = dict[str, str]

PLACES = (
    ("read", "worklist", "/staff", words.WORKLIST),
    ("read", "participants", "/staff/participants", words.PARTICIPANTS),
    ("enrol", "enrol", "/staff/enrol", words.ENROL),
    ("enter", "rota", "/staff/rota", words.ROTA),
    ("accounts", "accounts", "/staff/accounts", words.ACCOUNTS),
    ("amend", "study", "/staff/study", words.STUDY),
    ("enter", "account", "/staff/account", words.ACCOUNT),
)
"""What it takes to see a place, its name, its path, and what it is called."""


def now() -> datetime:
    """Study time."""
    return access.runtime().now()


def zone() -> str:
    """The time zone of the viewer's site."""
    return site_card(language()).time_zone


def country() -> str:
    """The country of the viewer's site, for numbers without a prefix."""
    return site_card(language()).country


def viewer() -> Viewer:
    """The member of staff who is looking."""
    return access.signed_in()


def study_of(db: Session) -> StudyOf:
    """Finds the study of an enrolment."""
    return access.runtime().studies(db)


def case_of(db: Session, code: str) -> Case:
    """The case of a participant of the viewer's site.

    Raises:
        NotFound: there is none with this code, or they are another site's.
    """
    person = visible.participant(db, viewer(), code)
    return Case(db, study_of(db)(person.study_version_id), person, now())


def note_viewing(subject: str, subject_id: int) -> None:
    """Write down that the viewer looked at a ``participant`` or an ``alert``."""
    with access.runtime().writing() as db:
        record.note_viewing(db, viewer().actor, subject, subject_id, now=now())


def staff_page(
    template: str, place: str, status: int = 200, **context: Any
) -> tuple[str, int]:
    """A page of the team, under one entry of the menu."""
    return render_page(template, place, **context), status


def render_page(template: str, place: str, **context: Any) -> str:
    """The same, as text."""
    with access.runtime().reading() as db:
        waiting = worklist.count_waiting(db, viewer().site_id)
    return render_template(
        template,
        staff_name=viewer().name,
        navigation=_navigation(place, waiting),
        **surroundings(),
        **context,
    )


def surroundings() -> dict[str, Any]:
    """What the team's templates need beside their own values."""
    here, moment = zone(), now()
    marks = tongue().marks
    return {
        "comma": marks.listed,
        "colon": marks.colon,
        "gap": marks.gap,
        "semicolon": marks.semicolon,
        "now": moment,
        "zone": here,
        "words": words,
        "say": say,
        "happened": event_words.happened,
        "duty": _duty_titles(),
        "near": lambda at: times.near(at, moment, here),
        "span": lambda at: times.span(at, moment),
        "length": lambda at: times.length(at, moment),
    }


def _duty_titles() -> Callable[[str], str]:
    """What a duty is called, by its id; one that no study has any more is its id."""

    @cache
    def known() -> Mapping[str, Duty]:
        with access.runtime().reading() as db:
            return duties.known(study_versions.in_use(db, study_of(db)))

    return lambda name: say(known()[name].title) if name in known() else name


def _navigation(place: str, waiting: int) -> list[dict[str, Any]]:
    return [
        {
            "label": str(label),
            "href": href,
            "current": name == place,
            "count": waiting if name == "worklist" else 0,
        }
        for permission, name, href, label in PLACES
        if access.may(permission)
    ]


def named_languages(study: Study) -> list[tuple[str, str]]:
    """What a study offers, for a form: each language by its own name."""
    return [(key, LANGUAGES[key].name) for key in study.languages]


def say(text: Text) -> str:
    """A wording of the study in the viewer's language."""
    return text.say(language())


def named(*errors: InvalidInput) -> Errors:
    """The errors of a form, by the field each belongs to, in the viewer's language.

    If two are about one field, the later one is shown.
    """
    every = [one for error in errors for one in fields.every(error)]
    return {one.field or "form": sentence_of(one) for one in every}


def typed() -> dict[str, str]:
    """What was typed, to be shown again: nothing that somebody wrote is lost."""
    return {name: value for name, value in request.form.items() if name != "csrf_token"}
