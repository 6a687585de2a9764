"""The demonstration of every other study that ships: its own people, and its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import audit
from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Participant, Staff
from portal.demo.past.cast import Cast
from portal.demo.past.casting import cast_of
from portal.demo.past.made_cast import made_cast
from portal.demo.past.people import STUDY
from portal.demo.past.seed import seed
from portal.demo.visitors import visitors
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people import reporters
from portal.people.access import sessions
from portal.people.case import Case
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.runtime import Runtime
from portal.study_files import load_study, study_names
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ActorKind
from tests.demo.test_seed import nothing_of_the_past_waits
from tests.support.clock import Clock
from tests.support.desk import seated
from tests.support.settings import settings_for
from tests.support.web import Visitor

OTHERS = [name for name in study_names() if name != STUDY]
MADE = [name for name in OTHERS if name != "udcar-sle"]
FOREIGN = re.compile(
    r"lupus|狼疮|CAR-T|infus|输注|回输|steroid|激素|\bward\b|病区|住院", re.IGNORECASE
)
"""What only a study with a ward and an infusion may say."""
THERMOMETER = re.compile(r"体温|fever|发热|temperature", re.IGNORECASE)
"""What only a study that asks for a temperature may say."""


@pytest.fixture
def runtime(database_url: str, clock: Clock) -> Iterator[Runtime]:
    """In the demonstration's own mode."""
    opened = Runtime(settings_for(database_url, mode="demo"), clock=clock)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", OTHERS)
def test_each_study_has_people_of_its_own_and_nothing_of_the_past_waits(
    runtime: Runtime, clock: Clock, app: Flask, name: str
) -> None:
    assert seed(runtime, name=name)
    study = load_study(name)
    with runtime.reading() as session:
        people = session.scalars(select(Participant)).all()
        assert {one.study_version_id for one in people} == {1}
        assert {one.language for one in people} == set(study.languages)
    assert nothing_of_the_past_waits(runtime, clock) == len(cast_of(study).participants)
    if name in MADE:
        calm_days_are_calm(runtime, made_cast(study))
    pages = dict(every_page(app, runtime, study))
    for word in foreign(study):
        said = {at: word.findall(page) for at, page in pages.items()}
        assert {at: found for at, found in said.items() if found} == {}


def calm_days_are_calm(runtime: Runtime, cast: Cast) -> None:
    """No rule fires but for what the cast tells."""
    with runtime.reading() as session:
        verdicts = session.scalars(select(EntryVersion.verdict)).all()
    unusual = [verdict for verdict in verdicts if verdict["findings"]]
    assert len(unusual) == len(cast.reports) + len(cast.just_now)


def foreign(study: Study) -> Iterator[re.Pattern[str]]:
    if study.ward is None:
        yield FOREIGN
    if not study.of_kind(ItemKind.TEMPERATURE):
        yield THERMOMETER


def every_page(app: Flask, runtime: Runtime, study: Study) -> Iterator[tuple[str, str]]:
    """The pages that a newcomer opens, as everybody who is asked to be sees them."""
    shown = visitors(study)
    for language in study.languages:
        anybody = app.test_client()
        anybody.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        played = shown.newcomer(language)
        assert played is not None
        for path in ("/sign-in", "/demo/phones"):
            page = read(anybody, path)
            assert played.code in page
            assert played.number in page
            yield f"{path} ({language})", page
        assert shown.told[0].label.say(language) in page
        staff = read(anybody, "/staff/sign-in")
        assert shown.nurse(language) in staff
        assert shown.password in staff
        team, own = seats(app, runtime, shown.nurse(language), played.code)
        for path in ("/today", "/diary", "/calendar", "/card", "/history"):
            yield f"{path} ({language})", read(own, path)
        if len(study.curves) > 1:
            own_past = read(own, "/history")
            for one in study.curves:
                assert f"<h2>{one.title.say(language)}" in own_past
        yield f"advice ({language})", advised(own, runtime, study, played.code)
        for path in ("", "/participants", f"/participants/{played.code}", "/rota"):
            yield f"/staff{path} ({language})", read(team, f"/staff{path}")
        with runtime.reading() as session:
            opened = session.scalars(select(Alert.id)).all()
        for number in opened:
            path = f"/staff/alerts/{number}"
            yield f"{path} ({language})", read(team, path)


def advised(own: Visitor, runtime: Runtime, study: Study, code: str) -> str:
    """What a newcomer reads after the report that they are asked for."""
    version = str(uuid4())
    answers = {study.red_flags: [], **cast_of(study).dangerous}
    with runtime.writing() as session:
        who = session.scalars(select(Participant).filter_by(code=code)).one()
        actor = audit.Actor(ActorKind.PARTICIPANT, str(who.id))
        kind, language = VersionKind.PARTIAL, who.language
        said = Submission(version, kind, answers, "self", language, actor)
        receipt = entries.submit(Case(session, study, who, runtime.now()), said)
        assert receipt.alert_id is not None
    return read(own, f"/diary/sent/{version}")


def read(visitor: Visitor, path: str) -> str:
    page = visitor.get(path)
    assert page.status_code == 200, path
    return page.text


def seats(
    app: Flask, runtime: Runtime, nurse: str, code: str
) -> tuple[Visitor, Visitor]:
    """The browsers of a nurse and of a participant, signed in."""
    with runtime.writing() as session:
        staff = session.scalars(select(Staff).filter_by(username=nurse)).one()
        query = select(Participant.id).filter_by(code=code)
        person = reporters.find(session, session.scalars(query).one(), None)
        assert person is not None
        now, real_now = runtime.now(), runtime.real_now()
        token = sessions.open_for_person(session, person, now=now, real_now=real_now)
    own = app.test_client()
    with own.session_transaction() as held:
        held["_user_id"] = token
        held["_fresh"] = True
        held.permanent = True
    assert isinstance(own, Visitor)
    return seated(app, runtime, staff), own


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", MADE)
def test_what_a_newcomer_is_asked_to_report_pages_somebody(name: str) -> None:
    study = load_study(name)
    cast = made_cast(study)
    assert set(cast.to_play) == set(study.languages)
    for code in cast.to_play.values():
        days = cast.of_code(code).day
        assert days >= 1
    phases = {one.phase for one in study.examples if one.tier is Tier.URGENT}
    verdicts = [
        judge(study, phase, {"emerg": [], **cast.dangerous}) for phase in phases
    ]
    assert any(verdict.tier.pages for verdict in verdicts)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", MADE)
def test_the_stories_of_a_made_cast_are_those_of_the_files_examples(name: str) -> None:
    study = load_study(name)
    cast = made_cast(study)
    assert cast == made_cast(study), "the same file, the same cast"
    told = [report.changes for report in cast.reports]
    told += [changes for _, changes in cast.just_now.values()]
    assert len(told) >= 5
    for changes in told:
        assert any(changes.items() <= one.answers.items() for one in study.examples)
    assert len({report.code for report in cast.reports} | {*cast.just_now}) == len(told)
