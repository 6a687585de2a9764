"""The provider of the tests is as strict, and as forgiving, as a real one."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.provider import Provider, running
from tests.support.provider.account import SENDER
from tests.support.waiting import until

NUMBER = "+8613800000001"
FORM = urlencode(
    {
        "To": NUMBER,
        "From": SENDER,
        "Body": "words",
        "StatusCallback": "http://localhost:1/status/0011223344556677",
    }
).encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


def head(provider: Provider) -> bytes:
    """The head of a request to make a text."""
    password = base64.b64encode(f"{provider.sid}:{provider.token}".encode()).decode()
    lines = [
        f"POST /2010-04-01/Accounts/{provider.sid}/Messages.json HTTP/1.1",
        f"Host: {urlsplit(provider.url).netloc}",
        f"Authorization: Basic {password}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(FORM)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def say(provider: Provider, words: bytes, *, wait: bool) -> None:
    """Says so much of a request; ``wait``: for an answer, before it hangs up."""
    place = urlsplit(provider.url)
    with socket.create_connection((place.hostname, place.port or 0)) as connection:
        connection.sendall(words)
        if wait:
            assert connection.recv(1000).startswith(b"HTTP/1.1 201")


def test_a_request_that_is_whole_makes_a_text(provider: Provider) -> None:
    say(provider, head(provider) + FORM, wait=True)
    assert len(provider.sent(NUMBER)) == 1
    assert provider.cut_off == []


@pytest.mark.parametrize("written", [0, 1, FORM.index(b"&Body"), len(FORM) - 1])
def test_a_request_whose_sender_was_killed_in_the_middle_asks_for_nothing(
    provider: Provider, written: int
) -> None:
    """Its end never comes, so a real server never sees it, whatever it would say."""
    say(provider, head(provider) + FORM[:written], wait=False)
    until(lambda: provider.cut_off, "the end of the request")
    assert provider.ledger == []
    assert provider.complaints == []
    assert provider.requests == []
