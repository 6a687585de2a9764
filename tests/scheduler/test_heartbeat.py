"""Somebody outside hears from an engine that works, and from no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import update

from portal.config import from_environment
from portal.db.tables.alerts import Alert
from portal.engine import beats
from portal.errors import UnsafeSettings
from portal.runtime import Runtime
from scheduler.heartbeat import Heartbeat
from tests.support.clock import Clock
from tests.support.engines import engines_left, started
from tests.support.outbox import World, build
from tests.support.settings import settings_for
from tests.support.waiting import until


class Outside:
    """A dead-man service on this machine: counts what it hears, answers as told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status, self.location, self.hold = 200, "", threading.Event()
        self.hold.set()
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.heard.append(self.path)
                outside.hold.wait(20)
                self.send_response(outside.status)
                if outside.location:
                    self.send_header("Location", outside.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/secret?x=1"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    yield made
    made.hold.set()
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def runtime(database_url: str, clock: Clock, outside: Outside) -> Iterator[Runtime]:
    opened = Runtime(settings_for(database_url, heartbeat_url=outside.url), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def beaten(runtime: Runtime) -> Heartbeat:
    """A heart whose engine just completed a cycle."""
    with runtime.writing() as session:
        beats.beat(session, "one", acting=True, real_now=runtime.real_now())
    heart = Heartbeat(runtime)
    heart.cycle_done()
    return heart


def test_a_completed_cycle_is_heard_outside(world: World, outside: Outside) -> None:
    assert beaten(world.runtime).beat()
    assert outside.heard == ["/ping/secret?x=1"]


def test_without_a_completed_cycle_nothing_is_heard(
    world: World, outside: Outside
) -> None:
    beaten(world.runtime)
    assert not Heartbeat(world.runtime).beat()
    assert outside.heard == []


def test_a_cycle_of_long_ago_shows_nothing(world: World, outside: Outside) -> None:
    moments = iter((0.0, 11.0))
    beaten(world.runtime)
    heart = Heartbeat(world.runtime, monotonic=lambda: next(moments))
    heart.cycle_done()
    assert not heart.beat()
    assert outside.heard == []


def test_an_overdue_alert_silences_it(world: World, outside: Outside) -> None:
    long_ago = world.runtime.now() - timedelta(seconds=61)
    with world.runtime.writing() as session:
        session.execute(update(Alert).values(next_due_at=long_ago))
    assert not beaten(world.runtime).beat()
    assert outside.heard == []


def test_a_page_that_does_not_leave_silences_it(
    world: World, outside: Outside, clock: Clock
) -> None:
    world.page()
    clock.advance(seconds=61)
    assert not beaten(world.runtime).beat()
    assert outside.heard == []


def test_an_engine_that_is_not_well_is_not_heard(
    world: World, outside: Outside, clock: Clock
) -> None:
    heart = beaten(world.runtime)
    clock.advance(seconds=31)  # by the wall clock, the last beat is too old
    assert not heart.beat()
    assert outside.heard == []


def test_a_redirection_is_not_followed(world: World, outside: Outside) -> None:
    outside.status, outside.location = 302, "/elsewhere"
    assert not beaten(world.runtime).beat()
    assert outside.heard == ["/ping/secret?x=1"]


def test_nobody_outside_is_no_fault_and_no_secret_is_logged(
    world: World, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    outside.server.server_close()
    assert not beaten(world.runtime).beat()
    assert "could not be sent" in caplog.text
    assert "secret" not in caplog.text


def test_an_outsider_that_hangs_holds_up_no_cycle(
    world: World, outside: Outside
) -> None:
    outside.hold.clear()
    with started(world.runtime, period=0.1):
        until(lambda: bool(outside.heard))
        world.page()
        until(lambda: world.messages()[0].state == "delivered")
    assert len(outside.heard) == 1


def test_a_running_engine_is_heard_again_and_again(
    world: World, outside: Outside
) -> None:
    beaten(world.runtime)
    heart = Heartbeat(world.runtime, period=0.05)
    heart.start()
    try:
        heart.cycle_done()
        until(lambda: len(outside.heard) >= 3)
    finally:
        heart.stop()
        assert not engines_left(), "it asks the database until it has ended"


@pytest.mark.parametrize(
    "url", ["http://outside.example/1", "ftp://localhost/1", "https://", "nonsense"]
)
def test_an_address_others_could_read_is_refused(url: str) -> None:
    with pytest.raises(UnsafeSettings, match="HEARTBEAT"):
        from_environment({"PORTAL_HEARTBEAT_URL": url})


def test_https_and_this_machine_are_taken() -> None:
    for url in ("https://outside.example/1", "http://localhost:1/1"):
        assert from_environment({"PORTAL_HEARTBEAT_URL": url}).heartbeat_url == url
