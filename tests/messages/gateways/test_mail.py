"""E-mail, against a real relay that answers as it is told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest

from portal.messages.gateways.channels import (
    Channels,
    Nobody,
    abilities,
    elsewhere,
    serving,
)
from portal.messages.gateways.gateway import LookupFailed, Outgoing, SoughtMessage
from portal.messages.gateways.mail import MailGateway, Relay, relay_at
from portal.messages.gateways.outcomes import (
    Accepted,
    NotSent,
    ProviderTrouble,
    Rejected,
    Unclear,
)
from tests.support.clock import START
from tests.support.fake_gateway import FakeGateway
from tests.support.processes import free_port
from tests.support.relay import Server, relaying

NURSE = "nurse@hospital.example"
WORDS = "随访平台：紧急提醒 K7QX，请在15分钟内确认。\n.\nA line of its own."


@pytest.fixture
def relay() -> Iterator[Server]:
    with relaying() as server:
        yield server


@pytest.fixture
def gateway(relay: Server) -> MailGateway:
    port = relay.server_address[1]
    return MailGateway(Relay("smtp", "127.0.0.1", port, "portal@hospital.example"))


def outgoing(**changes: Any) -> Outgoing:
    mail = Outgoing("0011223344556677", "email", NURSE, WORDS, "zh", START, 3.0)
    return replace(mail, **changes)


def test_it_arrives_with_its_words_and_our_reference(
    relay: Server, gateway: MailGateway
) -> None:
    answer = gateway.send(outgoing())
    assert answer == Accepted("<0011223344556677@hospital.example>")
    (content,) = relay.taken
    mail = cast(EmailMessage, message_from_bytes(content, policy=default))
    assert mail.get_content().splitlines() == WORDS.splitlines()
    assert mail["Message-ID"] == "<0011223344556677@hospital.example>"
    assert (mail["From"], mail["To"]) == ("portal@hospital.example", NURSE)
    assert mail["Subject"] == "随访平台通知"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_subject_names_no_study_and_no_person(gateway: MailGateway) -> None:
    for language in ("zh", "en"):
        subject = message_from_bytes(
            gateway._content(outgoing(language=language)), policy=default
        )["Subject"]
        assert "K7QX" not in subject
        assert "SLE" not in subject.upper()


@pytest.mark.parametrize(
    ("says", "expected", "taken"),
    [
        ({"MAIL": "451 later"}, NotSent, 0),
        ({"MAIL": "550 not you"}, NotSent, 0),
        ({"RCPT": "450 greylisted"}, NotSent, 0),
        ({"RCPT": "550 5.1.1 no such person"}, Rejected, 0),
        ({"RCPT": "drop"}, NotSent, 0),
        ({"DATA": "452 full"}, NotSent, 0),
        ({"DATA": "554 no"}, Rejected, 0),
        ({"DATA": "drop"}, NotSent, 0),
        ({"EHLO": "drop"}, NotSent, 0),
        ({"CONTENT": "451 later"}, NotSent, 1),
        ({"CONTENT": "554 5.7.1 spam"}, Rejected, 1),
        ({"CONTENT": "drop"}, Unclear, 1),
        ({"CONTENT": "hang"}, Unclear, 1),
        ({"QUIT": "drop"}, Accepted, 1),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_each_answer_is_of_its_class(
    relay: Server,
    gateway: MailGateway,
    says: dict[str, str],
    expected: type,
    taken: int,
) -> None:
    relay.says = says
    assert isinstance(gateway.send(outgoing(seconds=1.0)), expected)
    assert len(relay.taken) == taken


def test_an_address_that_does_not_exist_is_broken_and_a_full_one_is_not(
    relay: Server, gateway: MailGateway
) -> None:
    for line, broken in (("550 5.1.1 unknown", True), ("552 5.2.2 full", False)):
        relay.says = {"RCPT": line}
        answer = gateway.send(outgoing())
        assert isinstance(answer, Rejected)
        assert answer.contact_broken is broken


@pytest.mark.parametrize(
    "address",
    ["", "nurse", "nurse@h\r\nBcc: x@y.example", "a b@h.example", "<n@h.example>"],
)
def test_no_address_is_put_into_a_command_that_is_none(
    relay: Server, gateway: MailGateway, address: str
) -> None:
    answer = gateway.send(outgoing(number=address))
    assert isinstance(answer, Rejected)
    assert relay.heard == []


def test_a_relay_that_does_not_listen_was_surely_not_given_it() -> None:
    nobody = MailGateway(Relay("smtp", "127.0.0.1", free_port(), "p@h.example"))
    assert isinstance(nobody.send(outgoing()), NotSent)


def test_it_signs_in_with_the_password_of_its_address(relay: Server) -> None:
    port = relay.server_address[1]
    gateway = MailGateway(Relay("smtp", "127.0.0.1", port, "p@h.example", "u", "pw"))
    assert isinstance(gateway.send(outgoing()), Accepted)
    said = base64.b64encode(b"\0u\0pw").decode()
    assert f"AUTH PLAIN {said}" in relay.heard


def test_a_refused_password_is_the_relays_trouble(relay: Server) -> None:
    port = relay.server_address[1]
    gateway = MailGateway(Relay("smtp", "127.0.0.1", port, "p@h.example", "u", "pw"))
    relay.says = {"AUTH": "535 5.7.8 no"}
    answer = gateway.send(outgoing())
    assert isinstance(answer, NotSent)
    assert answer.trouble is ProviderTrouble.PROVIDER
    assert relay.taken == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_without_tls_nothing_is_said(relay: Server, scheme: str) -> None:
    port = relay.server_address[1]
    gateway = MailGateway(Relay(scheme, "127.0.0.1", port, "p@h.example", "u", "pw"))
    assert isinstance(gateway.send(outgoing(seconds=1.0)), NotSent)
    assert relay.taken == []
    assert not any(line.startswith(("AUTH", "MAIL")) for line in relay.heard)


def test_a_relay_cannot_be_asked(gateway: MailGateway) -> None:
    assert not gateway.capabilities.find_by_reference
    with pytest.raises(LookupFailed):
        gateway.find(SoughtMessage("00", "email", NURSE, WORDS, 1.0))


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password"),
    [
        ("smtps://u:p%40ss@mail.example", "mail.example", 465, "u", "p@ss"),
        ("smtp+starttls://mail.example:2525", "mail.example", 2525, None, None),
        ("smtp://localhost", "localhost", 25, None, None),
    ],
)
def test_an_address_of_a_relay_is_read(
    url: str, host: str, port: int, user: str | None, password: str | None
) -> None:
    relay = relay_at(url, "portal@hospital.example")
    assert (relay.host, relay.port) == (host, port)
    assert (relay.user, relay.password) == (user, password)
    assert "p@ss" not in repr(relay)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "http://mail.example",
        "smtps://",
        "mail.example",
        "smtps://mail.example:port",
    ],
)
def test_a_relay_in_the_clear_or_unreadable_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|cannot"):
        relay_at(url, "portal@hospital.example")


def test_each_channel_has_its_own_provider(relay: Server, gateway: MailGateway) -> None:
    usual = FakeGateway()
    both = Channels(usual, email=gateway)
    assert isinstance(both.send(outgoing()), Accepted)
    assert isinstance(both.send(outgoing(channel="text", body="text")), Accepted)
    assert (len(relay.taken), usual.bodies()) == (1, ["text"])
    assert (both.name, elsewhere(both)) == ("fake", {"email": "mail"})
    assert serving(both, "email") is gateway
    assert not abilities(both, "email").find_by_reference
    assert abilities(both, "email").voice, "a page may still go out as a call"
    assert (elsewhere(usual), serving(usual, "email")) == ({}, usual)


def test_a_channel_that_nobody_serves_is_refused() -> None:
    both = Channels(FakeGateway(), email=Nobody("mail", "no e-mail is set up"))
    assert both.send(outgoing()) == Rejected("no e-mail is set up")
