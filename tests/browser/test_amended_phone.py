"""A person is moved while their phone has no network: it judges on as it asked, then follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal import study_versions
from portal.db.tables.diary import EntryVersion
from portal.enrolment import adoption
from portal.enrolment.adoption import SignedMove
from portal.runtime import Runtime
from tests.support.browser import Screens
from tests.support.cast import Cast, cast, enrolled
from tests.support.handset import handset, secret_for

pytestmark = pytest.mark.browser
SAID = "Your diary follows a new version of the study."


def adopt_another(runtime: Runtime, people: Cast) -> None:
    newer = replace(people.study, version="2", sha256="2" * 64)
    with runtime.writing() as session:
        row = study_versions.install(session, newer, "", now=runtime.now())
        move = SignedMove(row.id, people.here["investigator"].id, "why", False)
        studies = runtime.studies(session)
        adoption.adopt(session, studies, "DS-007", move, now=runtime.now())


@pytest.mark.thorough
def test_a_report_that_waited_over_a_move_keeps_its_version_and_the_copy_follows(
    screens: Screens, portal_url: str, runtime: Runtime
) -> None:
    people = cast(runtime)
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    secret = secret_for(runtime, participant_id)
    phone = handset(screens, portal_url, secret, language="en-GB")
    phone.get_ready()
    phone.lose_network()
    phone.open_shell("/today")
    assert SAID not in phone.text()
    phone.open_shell()
    phone.tick("emerg", "seizure")
    phone.press("send")
    phone.page.locator(".advice").wait_for()
    adopt_another(runtime, people)
    phone.find_network()
    phone.page.locator(".advice .done").wait_for()
    with runtime.reading() as session:
        (version,) = session.scalars(select(EntryVersion))
    assert version.study_version_id == people.version.id
    assert version.tier == "emergency"
    phone.open("/sign-in")  # where a record is asked for anew, however fresh it is
    phone.page.wait_for_selector("html[data-ready=offline]")
    phone.lose_network()
    phone.open_shell("/today")
    assert SAID in phone.text()
