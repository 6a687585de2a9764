"""Killed at every commit and every call to a provider: nothing lost, nothing doubled."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import crash
from portal.config import from_environment
from portal.db.tables.outbox import Attempt, Message
from portal.errors import UnsafeSettings
from tests.faults.ground import STAFF_NUMBERS, Ground
from tests.faults.killing import Run
from tests.faults.oracle import Verdict, judge, judge_pages
from tests.support import provider, source
from tests.support.provider.account import (
    ACCEPT_THEN_500,
    NOTHING_BUT_500,
    SENDER,
)

KILLS = 20
SAFE = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET_KEY": "k3Jv9xQm2Tz7Lw5Rb8Nc4Yd6Hf1Gs0Pa",
    "PORTAL_PUBLIC_URL": "https://follow-up.example",
}


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    made = Ground(database_url, str(tmp_path / "clock"))
    yield made
    made.close()


@pytest.mark.in_turn
@pytest.mark.journey
def test_killed_at_every_point_nothing_is_lost_and_nothing_doubled(
    ground: Ground, tmp_path: Path
) -> None:
    with provider.running() as account:
        run = Run(ground, account, tmp_path, seed=1)
        run.kill_at_every_point()
        found = run.verdict()
        run.close()
    reached = {where.split()[1] for where in run.kills if " " in where}
    assert reached == set(crash.POINTS)
    assert run.kills.total() >= KILLS
    assert found.entries > 0
    assert found.pages >= 4 * found.entries
    assert found.reminders > 0
    assert found.holds(run.kills.total()), found.details()


@pytest.mark.in_turn
@pytest.mark.journey
def test_two_unclear_calls_to_one_number_are_not_taken_for_each_other(
    ground: Ground, tmp_path: Path
) -> None:
    with provider.running() as account:
        run = Run(ground, account, tmp_path, seed=1)
        run.start_web()
        run.report()
        run.report()
        never_left, left = NOTHING_BUT_500, ACCEPT_THEN_500
        account.fail(STAFF_NUMBERS["nurse"], never_left, left, left)
        run.kill(run.web, "web")  # so that no callback tells which call is which
        run.start_engine()
        run.until(ground.at_rest, "every look-up")
        found = judge(ground, account)
        run.close()
    assert found.holds(0), found.details()


# The oracle itself: each fault that it is there for must be seen by it.


def seen(ground: Ground, *sent: str, times: int = 1) -> Verdict:
    """The verdict on messages that say they left, where these attempts truly did."""
    with provider.running() as account:
        for reference in sent:
            for _ in range(times):
                asked = {
                    "To": ["+8619900000000"],
                    "Body": ["words"],
                    "From": [SENDER],
                    "StatusCallback": [f"http://localhost/status/{reference}"],
                }
                account.make("text", asked)
        return judge(ground, account)


def attempted(ground: Ground) -> str:
    """Says that the only message left; the reference of its attempt."""
    now = ground.runtime.now()
    with ground.runtime.writing() as session:
        (message,) = session.query(Message).all()
        message.state = "accepted"
        session.add(
            Attempt(
                message_id=message.id,
                number=1,
                reference="0123456789abcdef",
                provider="twilio",
                fence=1,
                state="accepted",
                started_at=now,
                deadline=now,
            )
        )
    return "0123456789abcdef"


def test_the_oracle_sees_a_reminder_that_never_left(ground: Ground) -> None:
    ground.remind(0)
    attempted(ground)
    found = seen(ground)
    assert len(found.lost) == 1
    assert not found.holds(1_000)


def test_the_oracle_sees_a_reminder_that_left_twice(ground: Ground) -> None:
    ground.remind(0)
    found = seen(ground, attempted(ground), times=2)
    assert len(found.doubled_reminders) == 1
    assert not found.holds(1_000)


def test_the_oracle_is_content_with_what_left_once(ground: Ground) -> None:
    ground.remind(0)
    found = seen(ground, attempted(ground))
    assert found.holds(0), found.details()


def test_the_oracle_sees_what_left_without_a_record(ground: Ground) -> None:
    found = seen(ground, "feedfacefeedface")
    assert len(found.broken) == 1
    assert not found.holds(1_000)


def test_the_oracle_sees_an_acknowledged_entry_that_is_missing(ground: Ground) -> None:
    ground.phone("http://localhost").version_id = "no such entry"
    found = seen(ground)
    assert len(found.lost) == 1


TEXT, CALL, EXTRA = (f"A:1:0:0:1:{channel}" for channel in ("text", "call", "again"))


@pytest.mark.parametrize(
    ("left", "lost", "doubled", "broken"),
    [
        ({TEXT: 1, CALL: 1}, 0, 0, 0),
        ({TEXT: 1, CALL: 0}, 1, 0, 0),
        ({TEXT: 0, CALL: 0}, 2, 0, 0),
        ({TEXT: 1, CALL: 0, EXTRA: 0}, 1, 0, 0),
        ({TEXT: 1, CALL: 0, EXTRA: 1}, 0, 0, 0),
        ({TEXT: 1, CALL: 1, EXTRA: 1}, 0, 1, 0),
        ({TEXT: 2, CALL: 0}, 1, 0, 0),
        ({TEXT: 2, CALL: 1}, 0, 1, 0),
        ({TEXT: 2, CALL: 2}, 0, 2, 1),
    ],
)
def test_the_oracle_counts_pages_by_step_and_person(
    left: dict[str, int], lost: int, doubled: int, broken: int
) -> None:
    messages = [
        Message(id=number, dedupe_key=key, state="accepted")
        for number, key in enumerate(left)
    ]
    found = Verdict()
    judge_pages(messages, Counter(dict(enumerate(left.values()))), found)
    counted = len(found.lost), len(found.doubled_pages), len(found.broken)
    assert counted == (lost, doubled, broken)


def test_a_thousand_kills_excuse_one_doubled_page_and_no_more() -> None:
    assert not Verdict(doubled_pages=["A:1:0:0:1"]).holds(999)
    assert Verdict(doubled_pages=["A:1:0:0:1"]).holds(1_000)
    assert not Verdict(doubled_pages=["A:1:0:0:1"] * 2).holds(1_000)


# The points.


def test_production_refuses_to_start_with_a_crash_point() -> None:
    with pytest.raises(UnsafeSettings, match="PORTAL_CRASH_AT"):
        from_environment({**SAFE, "PORTAL_CRASH_AT": "send.before:1"})


@pytest.mark.parametrize("at", ["send.nowhere:1", "send.before", "send.before:0", ":1"])
def test_a_crash_point_that_does_not_exist_is_refused(at: str) -> None:
    with pytest.raises(UnsafeSettings, match="PORTAL_CRASH_AT"):
        from_environment({"PORTAL_CRASH_AT": at})
    with pytest.raises(UnsafeSettings):
        crash.arm(at)


def test_every_named_point_stands_at_one_place_in_the_code() -> None:
    standing = [
        call.args[0].value
        for _, tree in source.python_files("portal", "scheduler")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "crash.point"
        and isinstance(call.args[0], ast.Constant)
    ]
    assert sorted(standing) == sorted(crash.POINTS)
