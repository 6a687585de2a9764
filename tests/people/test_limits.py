"""Limits count in the database, end when they say, and are each key's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.db.tables.access import Try
from portal.people.access import limits
from portal.people.access.limits import Limit, TryLater
from portal.runtime import Runtime
from tests.support import source
from tests.support.clock import Clock

THREE = Limit("door", 3, timedelta(minutes=10))
WIDE = Limit("door", 5, timedelta(hours=1))


def spend(runtime: Runtime, key: str = "k", *wanted: Limit) -> limits.Spent:
    pairs = [(limit, key) for limit in wanted or (THREE,)]
    with runtime.writing() as session:
        return limits.spend(session, pairs, real_now=runtime.real_now())


def test_the_fourth_try_is_refused_and_told_when_it_ends(
    runtime: Runtime, clock: Clock
) -> None:
    began = clock()
    for _ in range(3):
        spend(runtime)
        clock.advance(minutes=1)
    with pytest.raises(TryLater) as refused:
        spend(runtime)
    assert refused.value.ends_at == began + THREE.within


def test_refused_tries_do_not_lengthen_the_wait_and_it_ends_when_said(
    runtime: Runtime, clock: Clock
) -> None:
    for _ in range(3):
        spend(runtime)
    ends = clock() + THREE.within
    for _ in range(20):
        clock.advance(seconds=29)
        with pytest.raises(TryLater) as refused:
            spend(runtime)
        assert refused.value.ends_at == ends
    clock.set(ends - timedelta(seconds=1))
    with pytest.raises(TryLater):
        spend(runtime)
    clock.set(ends)
    spend(runtime)


def test_another_key_and_another_kind_are_not_counted(runtime: Runtime) -> None:
    for _ in range(3):
        spend(runtime)
    spend(runtime, "another")
    spend(runtime, "k", Limit("window", 3, THREE.within))


def test_a_narrow_and_a_wide_limit_share_their_tries(
    runtime: Runtime, clock: Clock
) -> None:
    began = clock()
    for _ in range(5):
        spend(runtime, "k", THREE, WIDE)
        clock.advance(minutes=6)
    with pytest.raises(TryLater) as refused:
        spend(runtime, "k", THREE, WIDE)
    assert refused.value.ends_at == began + WIDE.within


def test_a_refusal_counts_against_no_limit_at_all(runtime: Runtime) -> None:
    other = Limit("address", 100, THREE.within)
    for _ in range(3):
        spend(runtime)
    pairs = [(THREE, "k"), (other, "a")]
    with pytest.raises(TryLater), runtime.writing() as session:
        limits.spend(session, pairs, real_now=runtime.real_now())
    with runtime.reading() as session:
        assert session.query(Try).filter_by(kind="address").count() == 0


def test_a_try_given_back_is_free_again(runtime: Runtime) -> None:
    for _ in range(20):
        spent = spend(runtime)
        with runtime.writing() as session:
            limits.give_back(session, spent)


def test_old_tries_are_forgotten_and_recent_ones_kept(
    runtime: Runtime, clock: Clock
) -> None:
    spend(runtime)
    clock.advance(days=3)
    spend(runtime)
    with runtime.writing() as session:
        limits.forget_old(session, real_now=clock())
    with runtime.reading() as session:
        assert session.query(Try).count() == 1


def test_every_limit_stands_in_one_table() -> None:
    elsewhere = [
        name
        for name, text in source.text_files()
        if name.startswith("portal/") and "Limit(" in text
    ]
    assert elsewhere == ["portal/people/access/tries_allowed.py"]
