"""Another writer holds the database: nobody waits long, nobody is told a falsehood."""

from __future__ import annotations

import time

import pytest

from scheduler.engine import Engine
from tests.outages.conftest import Scene
from tests.support import outage

ONE_WAIT, TWO_WAITS = 4.5, 9.0  # of five seconds each


@pytest.mark.alone
def test_F10_a_submit_waits_once_and_then_says_the_truth(scene: Scene) -> None:
    form = scene.form()
    scene.clock.advance(days=2)  # so that the phone's row would be touched, too
    with outage.locked(scene.runtime):
        began = time.monotonic()
        answer = scene.send(form)
        waited = time.monotonic() - began
    assert ONE_WAIT < waited < TWO_WAITS
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert 'href="tel:120"' in answer.text
    assert len(scene.slips()) == 1
    assert scene.path.look() == 0
    assert len(scene.alerts()) == 1
    assert scene.gateway.sent == [], "it was back before anybody had to be paged"


@pytest.mark.alone
def test_F10_pages_are_read_while_the_database_is_locked(scene: Scene) -> None:
    with outage.locked(scene.runtime):
        began = time.monotonic()
        assert scene.phone.get("/diary").status_code == 200
        assert time.monotonic() - began < ONE_WAIT


@pytest.mark.in_turn
def test_F10_the_engine_goes_on_and_raises_an_alarm_at_ten_seconds(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(scene.runtime)
    assert engine.cycle()
    scene.send(scene.form())
    with outage.locked(scene.runtime):
        began = time.monotonic()
        while time.monotonic() - began < 10.5:
            assert not engine.cycle() or time.monotonic() - began < 1
    assert [
        r.levelname for r in caplog.records if "no successful cycle" in r.message
    ] == ["CRITICAL"]
    assert engine.cycle()
    assert engine.drain(20)
    assert {page.state for page in scene.pages()} == {"accepted"}
    engine.stop()


def test_F10_health_is_read_while_the_database_is_locked(scene: Scene) -> None:
    with outage.locked(scene.runtime):
        answer = scene.phone.get("/healthz")
    assert answer.json is not None
    assert set(answer.json["parts"]) >= {"database", "engine"}
