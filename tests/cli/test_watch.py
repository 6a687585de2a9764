"""A watch shouts within two minutes, once, again every ten, and when all is well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import cli
from portal.operating.watch import (
    ASK_SECONDS,
    SHOUT_AFTER,
    HealthSeen,
    Watch,
    by_command,
    look,
)
from tests.support.processes import running

WELL, ILL = HealthSeen(True, "answers"), HealthSeen(False, "gives no answer")
URL = "https://portal.example/healthz"


class Portal:
    """A portal on this machine that answers as told."""

    def __init__(self) -> None:
        self.status, self.body = 200, b'{"well": true, "parts": {}}'
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(portal.status)
                self.send_header("Location", "/livez")
                self.send_header("Content-Length", str(len(portal.body)))
                self.end_headers()
                self.wfile.write(portal.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/healthz"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def bell(tmp_path: Path) -> Path:
    """A program that writes down what it is given."""
    program = tmp_path / "bell"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{tmp_path}/rung"\n')
    program.chmod(0o755)
    return program


def rung(bell: Path) -> str:
    written = bell.with_name("rung")
    return written.read_text() if written.exists() else ""


class Voice:
    """A voice that keeps what it said, and may fail."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.works = True

    def __call__(self, words: str) -> bool:
        self.said.append(words)
        return self.works


def looks(voice: Voice, *moments: tuple[float, HealthSeen]) -> None:
    watch = Watch(URL, voice, 0.0)
    for moment, seen in moments:
        watch.note(seen, moment)


def test_it_shouts_within_two_minutes_of_the_last_good_answer() -> None:
    voice, every = Voice(), 15.0  # the longest pause that may be chosen
    watch, moment = Watch(URL, voice, 0.0), 0.0
    watch.note(WELL, moment)
    while not voice.said:
        moment += every + ASK_SECONDS  # each question is answered as late as can be
        watch.note(ILL, moment)
        assert moment <= 120
    assert moment >= SHOUT_AFTER
    assert "portal.example gives no answer" in voice.said[0]


def test_one_bad_answer_wakes_nobody() -> None:
    voice = Voice()
    looks(voice, (0, WELL), (80, ILL), (90, WELL), (170, ILL), (180, WELL))
    assert voice.said == []


def test_it_shouts_once_and_again_after_ten_minutes() -> None:
    voice = Voice()
    looks(voice, (0, WELL), *((float(at), ILL) for at in range(10, 1_300, 10)))
    assert len(voice.said) == 3  # after 90, 690 and 1,290 seconds


def test_it_says_once_when_all_is_well_again() -> None:
    voice = Voice()
    looks(voice, (0, WELL), (100, ILL), (110, WELL), (120, WELL))
    assert voice.said[1:] == ["portal.example is well again."]


def test_each_outage_is_told() -> None:
    voice = Voice()
    looks(voice, (0, WELL), (100, ILL), (110, WELL), (250, ILL))
    assert len(voice.said) == 3


def test_a_voice_that_fails_is_tried_again_at_once() -> None:
    voice = Voice()
    watch = Watch(URL, voice, 0.0)
    voice.works = False
    watch.note(ILL, 100.0)
    watch.note(ILL, 110.0)
    voice.works = True
    watch.note(ILL, 120.0)
    watch.note(ILL, 130.0)
    assert len(voice.said) == 3


def test_a_portal_that_never_answered_is_told_too() -> None:
    voice = Voice()
    looks(voice, (95, ILL))
    assert len(voice.said) == 1


def test_what_is_not_well_is_named_and_nothing_else(portal: Portal) -> None:
    portal.status = 503
    portal.body = b'{"parts": {"engine": {"well": false, "detail": "x"}}}'
    assert look(portal.url) == HealthSeen(False, "answers 503: not well: engine")
    for odd in (b"", b"[]", b'{"parts": 3}', b"\xff"):
        portal.body = odd
        assert not look(portal.url).well


def test_a_redirection_is_no_good_answer(portal: Portal) -> None:
    portal.status = 302
    assert not look(portal.url).well


def test_a_program_that_fails_or_is_missing_did_not_shout(bell: Path) -> None:
    assert by_command(str(bell))("one; $(touch x) `two`")
    assert rung(bell) == "one; $(touch x) `two`\n"
    bell.write_text("#!/bin/sh\nexit 3\n")
    assert not by_command(str(bell))("words")
    assert not by_command(str(bell) + "-missing")("words")


def once(url: str, bell: Path | None) -> Result:
    voice = {"PORTAL_WATCH_COMMAND": str(bell)} if bell else {}
    return CliRunner().invoke(cli, ["watch", "--url", url, "--once"], env=voice)


def test_for_cron_it_looks_once(portal: Portal, bell: Path) -> None:
    assert once(portal.url, bell).exit_code == 0
    assert rung(bell) == ""
    portal.status = 503
    assert once(portal.url, bell).exit_code == 1
    assert "127.0.0.1 answers 503" in rung(bell)


def test_without_a_voice_it_does_not_start(portal: Portal) -> None:
    refused = once(portal.url, None)
    assert refused.exit_code == 1
    assert "Say how to raise the alarm" in refused.output


def test_an_answer_that_others_could_forge_is_not_asked_for(bell: Path) -> None:
    assert "https" in once("http://portal.example/healthz", bell).output


def test_it_runs_until_it_is_told_to_stop(portal: Portal, tmp_path: Path) -> None:
    command = ("portal", "watch", "--url", portal.url, "--every", "1")
    settings = {"PORTAL_WATCH_COMMAND": "/bin/true"}
    with running(*command, output=tmp_path / "said", settings=settings) as watch:
        watch.wait_for(lambda: "is well" in watch.said())
        portal.status = 503
        watch.wait_for(lambda: "answers 503" in watch.said())
        assert watch.stop() == 0
