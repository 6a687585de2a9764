"""The embedded provider keeps the promises that every provider makes."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from portal.db.tables.outbox import Handset
from portal.messages.gateways.gateway import Gateway, Outgoing, SoughtMessage
from portal.messages.gateways.outcomes import Accepted, FoundMessage, Status
from portal.runtime import Runtime

NUMBER = "+8613800000001"


def outgoing(runtime: Runtime, reference: str = "0011223344556677") -> Outgoing:
    return Outgoing(
        reference, "text", NUMBER, "Your code is 482913.", "en", runtime.now()
    )


def sought(reference: str) -> SoughtMessage:
    return SoughtMessage(reference, "text", NUMBER, "", 5.0)


@pytest.fixture
def gateway(runtime: Runtime) -> Gateway:
    assert runtime.gateway.name == "log"
    return runtime.gateway


def test_what_is_sent_lies_on_the_phone(runtime: Runtime, gateway: Gateway) -> None:
    answer = gateway.send(outgoing(runtime))
    assert isinstance(answer, Accepted)
    assert answer.delivered
    with runtime.reading() as session:
        (text,) = session.scalars(select(Handset).filter_by(number=NUMBER))
        assert text.body == "Your code is 482913."


def test_it_is_found_under_our_reference_and_under_no_other(
    runtime: Runtime, gateway: Gateway
) -> None:
    answer = gateway.send(outgoing(runtime))
    assert isinstance(answer, Accepted)
    found = gateway.find(sought("0011223344556677"))
    assert found == FoundMessage(answer.provider_id, Status.DELIVERED)
    assert gateway.find(sought("something else")) is None


def test_the_same_reference_twice_lies_there_once(
    runtime: Runtime, gateway: Gateway
) -> None:
    assert gateway.send(outgoing(runtime)) == gateway.send(outgoing(runtime))
    with runtime.reading() as session:
        assert len(session.scalars(select(Handset)).all()) == 1


def test_the_log_holds_neither_number_nor_words(
    runtime: Runtime, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        gateway.send(outgoing(runtime))
    assert "+86…01" in caplog.text
    assert NUMBER not in caplog.text
    assert "482913" not in caplog.text
