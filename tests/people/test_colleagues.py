"""An administrator helps colleagues of the same site, and never themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.access import LoginSession
from portal.db.tables.audit import Audit
from portal.db.tables.people import Staff
from portal.errors import NotAllowed, NotFound
from portal.people import rota
from portal.people.access import sessions
from portal.people.accounts import colleagues
from portal.runtime import Runtime
from tests.support.cast import Cast, cast

Act = Callable[[Session, Staff, Staff], None]


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def asked(runtime: Runtime, admin: Staff, staff_id: int) -> Staff:
    with runtime.writing() as session:
        return colleagues.known(session, session.get_one(Staff, admin.id), staff_id)


def with_factor(runtime: Runtime, staff_id: int) -> None:
    with runtime.writing() as session:
        staff = session.get_one(Staff, staff_id)
        staff.totp_secret, staff.totp_since = "sealed", runtime.now()
        sessions.open_for_staff(session, staff_id, real_now=runtime.real_now())


def reset(runtime: Runtime, admin: Staff, staff_id: int) -> None:
    with runtime.writing() as session:
        me = session.get_one(Staff, admin.id)
        colleagues.reset_second_factor(
            session,
            colleagues.known(session, me, staff_id),
            by=sessions.Actor("staff", str(me.id)),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )


def closed(runtime: Runtime, admin: Staff, staff_id: int) -> None:
    with runtime.writing() as session:
        me = session.get_one(Staff, admin.id)
        colleagues.disable(
            session,
            me,
            colleagues.known(session, me, staff_id),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )


def test_nobody_helps_themselves(runtime: Runtime, people: Cast) -> None:
    admin = people.here["admin"]
    with pytest.raises(NotAllowed, match="your own account"):
        asked(runtime, admin, admin.id)


def test_another_sites_account_looks_like_none(runtime: Runtime, people: Cast) -> None:
    admin, foreign = people.here["admin"], people.there["nurse"].id
    for number in (foreign, 987_654):
        with pytest.raises(NotFound, match="no such account"):
            asked(runtime, admin, number)


def test_whose_account_was_closed_closes_no_other(
    runtime: Runtime, people: Cast
) -> None:
    """Two administrators who close each other at once: one of them stays."""
    first, second = people.here["admin"], people.here["coordinator"]
    closed(runtime, first, second.id)
    with pytest.raises(NotAllowed, match="was closed"):
        asked(runtime, second, first.id)


def test_a_reset_takes_the_factor_and_the_sessions_of_one_person(
    runtime: Runtime, people: Cast
) -> None:
    nurse, other = people.here["nurse"].id, people.here["doctor"].id
    for number in (nurse, other):
        with_factor(runtime, number)
    reset(runtime, people.here["admin"], nurse)
    with runtime.reading() as session:
        found = {one.staff_id: one for one in colleagues.at_site(session, 1)}
        ended = {
            row.staff_id: row.ended_at is not None
            for row in session.scalars(select(LoginSession))
        }
        trail = session.scalars(
            select(Audit).filter_by(act="staff.second_factor_reset")
        )
        assert [(row.actor_id, row.subject_id) for row in trail] == [
            (str(people.here["admin"].id), str(nurse))
        ]
    assert (found[nurse].second_factor, found[other].second_factor) == (False, True)
    assert ended == {nurse: True, other: False}


def test_who_leaves_is_out_and_off_the_rota_at_once(
    runtime: Runtime, people: Cast
) -> None:
    nurse, now = people.here["nurse"], runtime.now()
    with_factor(runtime, nurse.id)
    closed(runtime, people.here["admin"], nurse.id)
    with runtime.writing() as session:
        staff = session.get_one(Staff, nurse.id)
        assert (staff.active, staff.totp_secret) == (False, None)
        assert session.scalars(select(LoginSession)).one().ended_at is not None
        staff.active = True  # taken back by mistake: the shifts stay ended
        session.flush()
        assert rota.on_call(session, people.here.site.id, "nurse", now=now) == []
        there = rota.on_call(session, people.there.site.id, "nurse", now=now)
        assert [one.id for one in there] == [people.there["nurse"].id]


def test_the_list_has_this_site_alone_and_those_who_left_last(
    runtime: Runtime, people: Cast
) -> None:
    closed(runtime, people.here["admin"], people.here["coordinator"].id)
    with runtime.reading() as session:
        found = colleagues.at_site(session, people.here.site.id)
    assert {one.staff_id for one in found} == {
        one.id for one in people.here.staff.values()
    }
    assert [one.active for one in found][-2:] == [True, False]
