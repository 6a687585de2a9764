"""Before going live: each thing that would fail people at night is named by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.db.tables.access import Siren
from portal.db.tables.engine import Beat
from portal.db.tables.holding import Home
from portal.db.tables.people import Contact, Shift, Site, Staff, StudyVersion
from portal.engine import beats
from portal.operating.golive import checks
from portal.operating.golive.checks import GoLiveFault, GoLiveSettings
from portal.people import contacts, optouts, rota
from portal.protocol.checks.study import Caps
from portal.protocol.study.compiled import to_compiled
from portal.protocol.study.text import Text
from portal.runtime import Runtime
from portal.vocabulary.messages import OptOutSource
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START

READY = GoLiveSettings(
    mode="production",
    gateway="domestic",
    caps=Caps("domestic", 50, 20),
    voice=True,
    email=True,
    zone_data="2026a",
)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    """Two hospitals that lack nothing: what a test takes away is what is found."""
    made = cast(runtime)
    with runtime.writing() as session:
        for site in session.scalars(select(Site)):
            site.duty_line = "028-8888 0000"
        for staff in session.scalars(select(Staff)).all():
            staff.totp_secret, staff.totp_since = "sealed", START
            contacts.replace(
                session,
                "email",
                f"{staff.username}@hospital.example",
                now=START,
                verified=True,
                staff_id=staff.id,
            )
        study = replace(made.study, approved=True, sha256="signed")
        install(runtime, study, session)
        beats.beat(session, "one", acting=True, real_now=runtime.real_now())
        for house in (made.here, made.there):
            listening(session, house["admin"], runtime)
    return made


def listening(session: Session, by: Staff, runtime: Runtime) -> None:
    """A siren on the ward that would ring now."""
    now = runtime.now()
    code = sirens.make(session, by, "Desk", now=now, real_now=now)
    secret = sirens.set_up(session, code, now=now, real_now=now)
    screen = sirens.find(session, secret or "")
    assert screen is not None
    sirens.beat(session, screen, armed=True, rings=(), now=now, real_now=now)


def install(runtime: Runtime, study: object, session: object) -> None:
    session.add(  # type: ignore[attr-defined]
        StudyVersion(
            study_id=study.id,  # type: ignore[attr-defined]
            version="2",
            sha256=study.sha256,  # type: ignore[attr-defined]
            approved=study.approved,  # type: ignore[attr-defined]
            source="",
            compiled=to_compiled(study),  # type: ignore[arg-type]
            loaded_at=runtime.now(),
        )
    )


def found(runtime: Runtime, setting: GoLiveSettings = READY) -> list[GoLiveFault]:
    with runtime.reading() as session:
        return checks.faults(
            session, setting, now=runtime.now(), real_now=runtime.real_now()
        )


def about(
    runtime: Runtime, check: str, setting: GoLiveSettings = READY
) -> list[GoLiveFault]:
    return [fault for fault in found(runtime, setting) if fault.check == check]


def sentence(runtime: Runtime, check: str, setting: GoLiveSettings = READY) -> str:
    (fault,) = about(runtime, check, setting)
    return f"{fault.severity}: {fault.sentence}"


@pytest.mark.smoke
def test_where_nothing_lacks_only_the_zone_data_is_noted(
    runtime: Runtime, people: Cast
) -> None:
    faults = [fault for fault in found(runtime) if fault.check != "clock"]
    assert faults == [
        GoLiveFault("note", "zone data", "Time zone data: version 2026a.")
    ]
    assert checks.is_ready(faults)


@pytest.mark.smoke
def test_an_empty_portal_is_not_ready(runtime: Runtime) -> None:
    faults = found(runtime)
    assert not checks.is_ready(faults)
    assert {"site", "study"} <= {fault.check for fault in faults}


@pytest.mark.smoke
def test_a_gap_is_named_with_its_exact_hours_in_the_sites_time(
    runtime: Runtime, people: Cast
) -> None:
    doctor = people.here["doctor"]
    with runtime.writing() as session:
        session.scalars(select(Shift).filter_by(staff_id=doctor.id)).one().ends_at = (
            START + timedelta(days=2)
        )
        rota.assign(session, doctor, "doctor", starts_at=START + timedelta(days=3))
    assert sentence(runtime, "rota") == (
        "error: here: nobody can be paged as doctor "
        "from 2026-03-14 09:00 to 2026-03-15 09:00."
    )


def test_a_gap_beyond_thirty_days_is_left_to_later(
    runtime: Runtime, people: Cast
) -> None:
    nurse = people.here["nurse"]
    with runtime.writing() as session:
        session.scalars(select(Shift).filter_by(staff_id=nurse.id)).one().ends_at = (
            START + timedelta(days=30)
        )
    assert about(runtime, "rota") == []


def test_a_duty_that_no_ladder_pages_may_stand_empty(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        for duty in ("coordinator", "second_doctor"):
            number = people.here[duty].id
            shift = session.scalars(select(Shift).filter_by(staff_id=number)).one()
            shift.ends_at = shift.starts_at
    assert "second_doctor" in sentence(runtime, "rota")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verified_at": None}, "has a mobile number that nobody verified"),
        ({"broken_at": START}, "has a mobile number that does not work"),
        ({"retired_at": START}, "has no mobile number"),
    ],
)
def test_who_is_on_the_rota_and_cannot_be_paged_is_named(
    runtime: Runtime, people: Cast, change: dict[str, object], said: str
) -> None:
    with runtime.writing() as session:
        row = session.scalars(
            select(Contact).filter_by(staff_id=people.here["nurse"].id, kind="mobile")
        ).one()
        for name, value in change.items():
            setattr(row, name, value)
    assert sentence(runtime, "contacts").startswith("error: here: Nurse of here is on")
    assert said in sentence(runtime, "contacts")
    assert "as nurse" in sentence(runtime, "rota"), "the hours are a gap as well"


def test_a_colleague_who_stopped_texts_is_warned_of(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        number = contacts.mobile(session, staff_id=people.here["nurse"].id)
        assert number is not None
        assert number.value is not None
        optouts.stop(session, number.value, source=OptOutSource.TEXT, now=runtime.now())
    assert sentence(runtime, "contacts").startswith("warning: here: Nurse of here")


def test_the_missing_catch_all_number_is_an_error(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        own = contacts.mobile(session, site_id=people.here.site.id)
        assert own is not None
        own.broken_at = START
    assert sentence(runtime, "catch-all").startswith("error: here: there is no")


def test_a_ladder_loses_a_channel_where_nobody_calls(
    runtime: Runtime, people: Cast
) -> None:
    mute = replace(READY, voice=False)
    steps = sum(
        len(policy.steps)
        for tier, policy in people.study.policies.items()
        if tier in ("emergency", "urgent")
    )
    faults = about(runtime, "channels", mute)
    assert [fault.severity for fault in faults] == ["error"] * steps
    assert "only by text" in faults[0].sentence


def test_a_provider_that_lets_less_through_than_the_study_asks_is_an_error(
    runtime: Runtime, people: Cast
) -> None:
    tight = replace(READY, caps=Caps("tight", 5, 20))
    assert "the gateway tight allows 5" in sentence(runtime, "study", tight)


def test_the_worst_day_says_when_texts_and_calls_are_used_up(
    runtime: Runtime, people: Cast
) -> None:
    without = replace(READY, email=False)
    faults = about(runtime, "worst day", without)
    assert {fault.severity for fault in faults} == {"warning"}
    said = [fault.sentence for fault in faults if fault.sentence.startswith("here")]
    assert len(said) == 2, "one for each ladder"
    # 20 calls, 3 alerts, 2 pages a round of 15 minutes: three rounds
    assert "3 emergency alerts unanswered" in said[0]
    assert "used up after 0.8 hours" in said[0]
    # 20 calls, 3 alerts, 1 page a round of 45 minutes: six rounds
    assert "used up after 4.5 hours" in said[1]
    assert "does not reach Nurse of here" in said[1]


@pytest.mark.smoke
def test_the_worst_day_counts_every_missing_diary(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        signed = session.scalars(select(StudyVersion.id).filter_by(sha256="signed"))
        version = signed.one()
        for number in range(11):
            person = enrolled(
                session, people, f"DS-{number:03}", number=f"138001380{number:02}"
            )
            person.study_version_id = version
    tight = replace(READY, caps=Caps("tight", 20, 20))
    assert "and 11 about overdue tasks; tight lets 20 through" in sentence(
        runtime, "worst day", tight
    )
    assert about(runtime, "worst day") == []


def test_twilio_alone_may_not_page_the_mainland(runtime: Runtime, people: Cast) -> None:
    twilio = replace(READY, gateway="twilio")
    assert about(runtime, "mainland", twilio) == []
    alone = replace(twilio, email=False)
    duties = 8  # four duties at two hospitals
    faults = about(runtime, "mainland", alone)
    assert [fault.severity for fault in faults] == ["error"] * duties
    assert "PORTAL_SMTP_URL is not set" in faults[0].sentence
    with runtime.writing() as session:
        address = contacts.email(session, staff_id=people.here["nurse"].id)
        number = contacts.mobile(session, staff_id=people.here["doctor"].id)
        assert address is not None
        assert number is not None
        address.verified_at = None
        number.value = "+12025550123"
    assert "Nurse of here" in sentence(runtime, "mainland", twilio)
    assert len(about(runtime, "mainland", alone)) == duties - 1
    assert about(runtime, "mainland", replace(alone, gateway="domestic")) == []


def test_a_ward_without_a_siren_is_warned_of_and_under_twilio_refused(
    runtime: Runtime, people: Cast
) -> None:
    twilio = replace(READY, gateway="twilio")
    assert about(runtime, "siren", twilio) == []
    with runtime.writing() as session:
        query = select(Siren).filter_by(site_id=people.here.site.id)
        session.scalars(query).one().armed = False
    assert sentence(runtime, "siren").startswith("warning: here: no siren")
    assert sentence(runtime, "siren", twilio).startswith("error: here: no siren")
    with runtime.writing() as session:
        for contact in session.scalars(select(Contact).filter_by(kind="mobile")):
            if contact.staff_id is not None:
                contact.value = f"+1202555{contact.id:04}"
    assert sentence(runtime, "siren", twilio).startswith("warning: here: no siren")


def test_F20_whose_zone_differs_from_the_sites_is_named(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        for code, number in (("DS-003", "13800138003"), ("DS-002", "13800138002")):
            person = enrolled(session, people, code, number=number)
            person.time_zone = "Asia/Urumqi"
        gone = enrolled(session, people, "DS-004", number="13800138004")
        gone.time_zone, gone.status = "UTC", "withdrawn"
    assert sentence(runtime, "zones") == (
        "warning: here is in Asia/Shanghai; reminders use Asia/Urumqi "
        "for DS-002, DS-003. Is that intended?"
    )


def test_a_zone_that_is_not_known_here_is_an_error(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        enrolled(session, people).time_zone = "Mars/Base"
    first, _note = about(runtime, "zone data")
    assert (first.severity, "Mars/Base" in first.sentence) == ("error", True)


@pytest.mark.parametrize("version", ["2024b", "unknown", ""])
def test_F19_old_zone_data_is_warned_of(
    runtime: Runtime, people: Cast, version: str
) -> None:
    old = replace(READY, zone_data=version)
    assert sentence(runtime, "zone data", old).startswith("warning: ")


def test_one_administrator_alone_is_warned_of(runtime: Runtime, people: Cast) -> None:
    with runtime.writing() as session:
        session.get_one(Staff, people.there["admin"].id).active = False
    assert sentence(runtime, "admins").startswith("warning: Administrators: 1.")


def test_accounts_without_a_second_factor_are_named_where_it_is_required(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).totp_since = None
        left = session.get_one(Staff, people.here["doctor"].id)
        left.totp_since, left.active = None, False
    assert sentence(runtime, "second factor").endswith("be closed: nurse-here.")
    assert about(runtime, "second factor", replace(READY, mode="demo")) == []


@pytest.mark.parametrize(("gateway", "severity"), [("log", "warning"), ("x", "error")])
def test_an_unsigned_study_texts_nobody_real(
    runtime: Runtime, people: Cast, gateway: str, severity: str
) -> None:
    with runtime.writing() as session:
        enrolled(session, people)  # pinned to the version that nobody signed
    setting = replace(READY, gateway=gateway)
    assert sentence(runtime, "approval", setting).startswith(f"{severity}: dcar-sle")


def test_a_version_that_nobody_is_followed_by_is_not_asked_about(
    runtime: Runtime, people: Cast
) -> None:
    """The cast's own version is unsigned, and older than the signed one."""
    assert about(runtime, "approval") == []


@pytest.mark.smoke
def test_a_stored_version_whose_wording_fails_is_an_error(
    runtime: Runtime, people: Cast
) -> None:
    texts = dict(people.study.texts)
    long = "很长" * 200
    text = texts["staff_alert"]
    texts["staff_alert"] = replace(text, text=Text({**text.text, "zh": long}))
    study = replace(people.study, approved=True, sha256="long", texts=texts)
    with runtime.writing() as session:
        install(runtime, study, session)
    assert any("sms.staff_alert" in one.sentence for one in about(runtime, "study"))


def test_a_stored_version_that_cannot_be_read_is_an_error(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        session.add(
            StudyVersion(
                study_id="odd",
                version="9",
                sha256="odd",
                approved=True,
                source="",
                compiled={"id": "odd"},
                loaded_at=START,
            )
        )
    assert sentence(runtime, "study").startswith("error: odd 9")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("028-5550 0120", "is the invented number"),
        ("02855500120", "invented"),
        ("x", "x:"),
        ("028-8542 1234 转 5", "is an extension"),
        ("０２８－8542 1234", "may not dial it"),
    ],
)
def test_the_duty_line_of_the_shipped_file_is_refused(
    runtime: Runtime, people: Cast, line: str, said: str
) -> None:
    with runtime.writing() as session:
        session.get_one(Site, people.here.site.id).duty_line = line
    assert said in sentence(runtime, "duty line")


@pytest.mark.parametrize(
    ("mode", "gateway", "severities"),
    [
        ("production", "twilio", []),
        ("development", "twilio", ["error"]),
        ("production", "log", ["warning"]),
        ("demo", "log", ["warning", "warning"]),
    ],
)
def test_real_people_are_followed_in_production_alone(
    runtime: Runtime, people: Cast, mode: str, gateway: str, severities: list[str]
) -> None:
    faults = about(runtime, "mode", replace(READY, mode=mode, gateway=gateway))
    assert [fault.severity for fault in faults] == severities


def test_who_may_answer_no_alert_is_not_on_the_rota(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).role = "monitor"
    assert "on the rota as monitor" in sentence(runtime, "rota")


def test_participants_without_a_working_number_of_their_own_are_named(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        enrolled(session, people, "DS-001", number="13800138001")
        other = enrolled(session, people, "DS-003", number="13800138003")
        typed = contacts.current(session, "mobile", participant_id=other.id)
        assert typed is not None
        typed.verified_at = None
        person = enrolled(session, people, "DS-002", number="13800138002")
        number = contacts.current(session, "mobile", participant_id=person.id)
        assert number is not None
        number.broken_at = START
    lacking, unsure = about(runtime, "participants")
    assert "No working number: DS-002." in lacking.sentence
    assert unsure.sentence.endswith("confirm it: DS-003.")


def test_an_engine_that_does_not_run_is_said(runtime: Runtime, people: Cast) -> None:
    with runtime.writing() as session:
        session.delete(session.scalars(select(Beat)).one())
    said = sentence(runtime, "engine")
    assert said.startswith("warning: engine: has never")
    assert "scheduler running?" in said


def test_another_part_that_is_ill_is_named_and_no_engine_asked_for(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        session.add(Home(id=1, generation="0", place="elsewhere", since=START))
    said = sentence(runtime, "health")
    assert said.startswith("warning: hold: this is a copy")
    assert "scheduler" not in said


def test_a_portal_without_its_journals_follows_nobody_real(
    runtime: Runtime, people: Cast
) -> None:
    bare = replace(READY, journals=False)
    assert sentence(runtime, "journals", bare).startswith("error: PORTAL_JOURNAL or")
    trial = replace(bare, gateway="log")
    assert sentence(runtime, "journals", trial).startswith("warning: ")


def test_clocks_that_differ_are_an_error_where_there_are_two(
    runtime: Runtime, people: Cast, database_kind: str
) -> None:
    """The test's clock stands in another year than the database server's."""
    faults = about(runtime, "clock")
    two_machines = database_kind == "postgresql"
    assert [fault.severity for fault in faults] == ["error"] * two_machines


def test_every_check_is_in_the_list() -> None:
    from portal.operating.golive import people as golive_people
    from portal.operating.golive import study as golive_study
    from portal.operating.golive.findings import PortalSnapshot

    named = {
        each
        for module in (checks, golive_people, golive_study)
        for name, each in vars(module).items()
        if not name.startswith("_")
        and getattr(each, "__module__", "") == module.__name__
        and list(getattr(each, "__annotations__", {})) == ["ground", "return"]
    }
    assert PortalSnapshot is not None
    assert named == set(checks.CHECKS)
