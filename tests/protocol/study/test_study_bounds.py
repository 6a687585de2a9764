"""A file that would exhaust its reader is refused with a fault, and never a traceback."""

from __future__ import annotations

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.protocol.demands import bounds
from tests.support.small_study import SMALL, with_

LONG = "1" * 100_000
DEEP = [
    (
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes = {LONG}",
        "planned_call_max_minutes (line",
    ),
    (
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes = 0x{'f' * 100_000}",
        "options.planned_call_max_minutes",
    ),
    (
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes = {'[' * 5000}",
        "planned_call_max_minutes (line",
    ),
    (
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes = {'{a=' * 3000}",
        "planned_call_max_minutes (line",
    ),
    (
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes.{'a.' * 5000}a = 0",
        "options.planned_call_max_minutes",
    ),
    (
        "planned_call_max_minutes = 60",
        "planned_call_max_minutes = 1000000001",
        "options.planned_call_max_minutes",
    ),
    (
        'when = { fact = "emerg", has_any = true }',
        "when = " + "{ not = " * 50 + '{ fact = "emerg", has_any = true }' + " }" * 50,
        "rule",
    ),
    ('en = "Received."', 'en = "Received\\u0000."', "message.M-R.en"),
    ("planned_call_max_minutes = 60", f"{'k' * 300} = 0", "options.kkk"),
]


@pytest.mark.parametrize(
    ("old", "new", "key"), DEEP, ids=[f"{place}" for place in range(len(DEEP))]
)
def test_what_no_reader_could_walk_is_a_fault_that_names_its_place(old, new, key):
    found = faults_of_text(with_(old, new))
    assert found
    assert any(fault.key.startswith(key) for fault in found), found
    assert all(len(f.key) + len(f.sentence) < 400 for f in found), found


def test_a_file_of_a_million_characters_is_not_read():
    found = faults_of_text(SMALL + "# " + "x" * bounds.LONGEST_FILE)
    assert [fault.key for fault in found] == ["file"]


def test_a_base_keeps_to_the_same_bounds():
    child = 'base = "small"\nid = "child"\n'
    base = with_(
        "planned_call_max_minutes = 60",
        f"planned_call_max_minutes = 0x{'f' * 100_000}",
    )
    found = faults_of_text(child, base=lambda _: base)
    assert [fault.key for fault in found] == ["options.planned_call_max_minutes"]
