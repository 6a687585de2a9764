"""Twilio, against a real server that speaks its API and fails as it is told."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.messages.gateways.gateway import LookupFailed, Outgoing, SoughtMessage
from portal.messages.gateways.outcomes import (
    BLOTTED,
    Accepted,
    Failure,
    NotSent,
    ProviderTrouble,
    Rejected,
    Status,
    Unclear,
)
from portal.messages.gateways.settings import TwilioSettings
from portal.messages.gateways.twilio.gateway import TwilioGateway
from tests.support.clock import real_now
from tests.support.processes import free_port
from tests.support.provider import Provider
from tests.support.provider.account import (
    ACCEPT_THEN_500,
    ACCEPT_THEN_HANG,
    ACCEPT_THEN_RESET,
    NOTHING_BUT_500,
    SENDER,
    SERVICE,
    Fault,
    refuse,
    too_many,
)

NURSE = "+8613800000001"
HOOKS = "https://portal.example/hooks/twilio"
REFERENCE = "0011223344556677"
WORDS = "随访平台：紧急提醒 K7QX，请在15分钟内确认。"


def gateway_of(provider: Provider, **changes: Any) -> TwilioGateway:
    account = TwilioSettings(
        provider.sid, provider.token, sender=SENDER, base=provider.url
    )
    return TwilioGateway(replace(account, **changes), HOOKS)


@pytest.fixture
def gateway(provider: Provider) -> TwilioGateway:
    return gateway_of(provider)


def outgoing(**changes: Any) -> Outgoing:
    text = Outgoing(REFERENCE, "text", NURSE, WORDS, "zh", real_now(), 3.0)
    return replace(text, **changes)


def sought(**changes: Any) -> SoughtMessage:
    return replace(SoughtMessage(REFERENCE, "text", NURSE, WORDS, 1.0), **changes)


def test_a_text_is_taken_with_its_words_and_our_reference(
    provider: Provider, gateway: TwilioGateway
) -> None:
    answer = gateway.send(outgoing(valid_seconds=900))
    (item,) = provider.sent(NURSE)
    assert answer == Accepted(item.sid)
    assert item.asked == {
        "To": [NURSE],
        "From": [SENDER],
        "Body": [WORDS],
        "StatusCallback": [f"{HOOKS}/status/{REFERENCE}"],
        "SmartEncoded": ["false"],
        "ValidityPeriod": ["900"],
    }


@pytest.mark.parametrize(
    ("seconds", "asked"), [(-5, "10"), (86_400, "14400"), (600, "600")]
)
def test_how_long_a_text_is_of_use_stays_within_what_twilio_takes(
    provider: Provider, gateway: TwilioGateway, seconds: int, asked: str
) -> None:
    gateway.send(outgoing(valid_seconds=seconds))
    assert provider.sent()[0].asked["ValidityPeriod"] == [asked]


def test_a_messaging_service_texts_in_place_of_a_number(provider: Provider) -> None:
    service = gateway_of(provider, sender=None, service=SERVICE)
    assert isinstance(service.send(outgoing()), Accepted)
    (item,) = provider.sent()
    assert item.asked["MessagingServiceSid"] == [SERVICE]
    assert "From" not in item.asked


def test_without_a_number_nobody_is_called(provider: Provider) -> None:
    service = gateway_of(provider, sender=None, service=SERVICE)
    assert not service.capabilities.voice
    assert isinstance(service.send(outgoing(channel="call")), Rejected)
    assert provider.sent() == []


def test_a_call_carries_its_words_and_takes_one_key(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.handset(NURSE, calls="answer", key=None)
    answer = gateway.send(outgoing(channel="call", body="Press 1 & confirm <now>"))
    provider.settle()
    (call,) = provider.sent(NURSE)
    assert answer == Accepted(call.sid)
    assert call.heard == [("zh-CN", "Press 1 & confirm <now>")]
    voice = f"{HOOKS}/voice/{REFERENCE}"
    assert f'action="{voice}/key"' in call.asked["Twiml"][0]
    assert call.asked["StatusCallbackEvent"] == [
        "initiated",
        "ringing",
        "answered",
        "completed",
    ]
    assert call.asked["MachineDetection"] == ["Enable"]
    assert call.asked["Timeout"] == ["30"]


@pytest.mark.parametrize(
    ("fault", "made", "expected"),
    [
        (ACCEPT_THEN_500, 1, Unclear),
        (ACCEPT_THEN_RESET, 1, Unclear),
        (NOTHING_BUT_500, 0, Unclear),
        (refuse(503, 20503), 0, Unclear),
        (refuse(408, 0), 0, Unclear),
        (refuse(302, 0), 0, Unclear),
        (too_many("17"), 0, NotSent),
        (refuse(400, 21211), 0, Rejected),
        (refuse(401, 20003), 0, NotSent),
        (refuse(403, 20005), 0, NotSent),
        (Fault("reset", made=False), 0, Unclear),
    ],
)
def test_each_answer_is_of_its_class_and_nothing_is_asked_twice(
    provider: Provider,
    gateway: TwilioGateway,
    fault: Fault,
    made: int,
    expected: type,
) -> None:
    provider.fail(NURSE, fault)
    assert isinstance(gateway.send(outgoing()), expected)
    assert len(provider.requests) == 1, "the client repeats nothing by itself"
    assert len(provider.sent()) == made


@pytest.mark.alone
def test_a_provider_that_hangs_is_given_up_in_time(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.fail(NURSE, ACCEPT_THEN_HANG)
    began = time.monotonic()
    assert isinstance(gateway.send(outgoing(seconds=0.6)), Unclear)
    assert time.monotonic() - began < 5
    assert len(provider.sent()) == 1


def test_what_could_not_connect_was_surely_not_sent(provider: Provider) -> None:
    nobody = gateway_of(provider, base=f"http://127.0.0.1:{free_port()}")
    assert isinstance(nobody.send(outgoing()), NotSent)


def test_a_name_that_does_not_exist_was_surely_not_sent(provider: Provider) -> None:
    nobody = gateway_of(provider, base="http://no-such-host.invalid")
    assert isinstance(nobody.send(outgoing()), NotSent)


def test_a_server_without_tls_is_never_written_to(provider: Provider) -> None:
    plain = gateway_of(provider, base=provider.url.replace("http:", "https:"))
    assert isinstance(plain.send(outgoing()), NotSent)
    assert provider.sent() == []


@pytest.mark.parametrize(
    ("header", "seconds"), [("60", 60), ("0", 0), (None, 5), ("999999", 3600)]
)
def test_told_to_wait_it_waits_as_long_as_told(
    provider: Provider, gateway: TwilioGateway, header: str | None, seconds: float
) -> None:
    provider.fail(NURSE, too_many(header))
    answer = gateway.send(outgoing())
    assert isinstance(answer, NotSent)
    assert (answer.wait_seconds, answer.trouble) == (seconds, None)


@pytest.mark.parametrize(
    ("code", "broken", "trouble"),
    [
        (21211, True, None),
        (21217, True, None),
        (21614, False, ProviderTrouble.CANNOT_TEXT),
        (21610, False, ProviderTrouble.OPTED_OUT),
        (21408, False, None),
        (30007, False, None),
        (99999, False, None),
    ],
)
def test_a_refused_number_is_known_for_what_it_is(
    provider: Provider,
    gateway: TwilioGateway,
    code: int,
    broken: bool,
    trouble: ProviderTrouble | None,
) -> None:
    provider.fail(NURSE, refuse(400, code))
    answer = gateway.send(outgoing())
    assert isinstance(answer, Rejected)
    assert (answer.contact_broken, answer.trouble) == (broken, trouble)
    assert NURSE not in answer.reason


def test_a_refused_account_is_the_providers_trouble_and_not_the_messages(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.wrong_password = True
    answer = gateway.send(outgoing())
    assert isinstance(answer, NotSent)
    assert answer.trouble is ProviderTrouble.PROVIDER


def test_the_wrong_password_is_never_taken(provider: Provider) -> None:
    stranger = gateway_of(provider, token="another")
    assert isinstance(stranger.send(outgoing()), NotSent)
    assert provider.sent() == []


def test_what_was_taken_without_an_answer_is_found(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.fail(NURSE, ACCEPT_THEN_500)
    gateway.send(outgoing())
    provider.settle()
    found = gateway.find(sought())
    assert found is not None
    assert found.provider_id == provider.sent()[0].sid
    assert found.status is Status.DELIVERED


def test_what_never_arrived_is_not_found(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.fail(NURSE, NOTHING_BUT_500)
    gateway.send(outgoing())
    gateway.send(outgoing(body="Another text.", reference="ff"))
    gateway.send(outgoing(number="+8613800000002", reference="fe"))
    assert gateway.find(sought()) is None


def test_what_is_known_to_be_another_is_not_taken_for_it(
    provider: Provider, gateway: TwilioGateway
) -> None:
    answer = gateway.send(outgoing(reference="ff"))
    assert isinstance(answer, Accepted)
    assert gateway.find(sought()) is not None
    assert gateway.find(sought(taken=frozenset({answer.provider_id}))) is None


def test_the_same_words_of_another_day_are_not_taken_for_it(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.skew = timedelta(days=-1)
    gateway.send(outgoing())
    provider.skew = timedelta(0)
    assert gateway.find(sought()) is None


@pytest.mark.parametrize("skew", [timedelta(hours=-9), timedelta(days=400)])
def test_a_clock_that_differs_from_ours_hides_nothing(
    provider: Provider, gateway: TwilioGateway, skew: timedelta
) -> None:
    provider.skew = skew
    gateway.send(outgoing())
    assert gateway.find(sought()) is not None


def test_a_code_is_found_after_its_digits_were_blotted_out(
    provider: Provider, gateway: TwilioGateway
) -> None:
    gateway.send(outgoing(body="Your code is 482913. It lives 5 minutes."))
    blotted = f"Your code is {BLOTTED}. It lives 5 minutes."
    assert gateway.find(sought(body=blotted)) is not None
    assert gateway.find(sought(body=f"Your PIN is {BLOTTED}.")) is None


def test_a_text_that_came_in_is_not_taken_for_one_of_ours(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.write(SENDER, WORDS)
    assert gateway.find(sought(number=SENDER)) is None


def test_a_call_is_found_by_its_number_and_time(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.handset(NURSE, calls="ignore")
    provider.fail(NURSE, ACCEPT_THEN_RESET)
    assert isinstance(gateway.send(outgoing(channel="call")), Unclear)
    provider.settle()
    found = gateway.find(sought(channel="call"))
    assert found is not None
    assert found.status is Status.UNDELIVERED
    assert gateway.find(sought()) is None, "a call is no text"


def test_a_provider_that_cannot_be_asked_is_not_one_that_has_nothing(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.wrong_password = True
    with pytest.raises(LookupFailed):
        gateway.find(sought())


@pytest.mark.parametrize(
    ("ways", "status"),
    [
        ({"texts": "deliver"}, Status.DELIVERED),
        ({"texts": "never"}, Status.ACCEPTED),
        ({"texts": "undelivered"}, Status.UNDELIVERED),
    ],
)
def test_a_text_is_asked_after(
    provider: Provider,
    gateway: TwilioGateway,
    ways: dict[str, str],
    status: Status,
) -> None:
    provider.handset(NURSE, **ways)
    answer = gateway.send(outgoing())
    provider.settle()
    assert isinstance(answer, Accepted)
    report = gateway.report("text", answer.provider_id, 3.0)
    assert (report.provider_id, report.status) == (answer.provider_id, status)
    assert NURSE not in str(report.raw)
    assert WORDS not in str(report.raw)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (30001, Failure.TEMPORARY),  # queue full
        (30003, Failure.TEMPORARY),  # out of reach
        (30008, Failure.TEMPORARY),  # unknown to the network
        (30004, None),  # blocked
        (30005, Failure.CANNOT_TEXT),  # unknown number
        (30006, Failure.CANNOT_TEXT),  # landline
        (30007, None),  # filtered: the same again makes it worse
        (30999, None),  # a code that nobody knows yet
    ],
)
def test_why_a_text_did_not_arrive_is_of_its_class(
    provider: Provider, gateway: TwilioGateway, code: int, failure: Failure | None
) -> None:
    provider.handset(NURSE, texts="undelivered", error_code=code)
    answer = gateway.send(outgoing())
    provider.settle()
    assert isinstance(answer, Accepted)
    report = gateway.report("text", answer.provider_id, 3.0)
    assert (report.status, report.failure) == (Status.UNDELIVERED, failure)


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("answer", Status.DELIVERED),
        ("voicemail", Status.UNDELIVERED),
        ("ignore", Status.UNDELIVERED),
        ("busy", Status.UNDELIVERED),
    ],
)
def test_a_call_that_reached_a_machine_or_nobody_reached_nobody(
    provider: Provider, gateway: TwilioGateway, way: str, status: Status
) -> None:
    provider.handset(NURSE, calls=way)
    answer = gateway.send(outgoing(channel="call"))
    provider.settle()
    assert isinstance(answer, Accepted)
    assert gateway.report("call", answer.provider_id, 3.0).status is status


def test_asking_after_what_it_does_not_have_fails(gateway: TwilioGateway) -> None:
    with pytest.raises(LookupFailed):
        gateway.report("text", "SM" + "0" * 32, 3.0)


def test_the_inbox_holds_what_came_in_oldest_first(
    provider: Provider, gateway: TwilioGateway
) -> None:
    first, second = provider.write(NURSE, "A K7QX"), provider.write(NURSE, "38.6")
    gateway.send(outgoing())
    inbox = gateway.inbox(provider.now() - timedelta(hours=1), 3.0)
    assert [each.provider_id for each in inbox] == [first.sid, second.sid]
    assert [(each.sender, each.body) for each in inbox] == [
        (NURSE, "A K7QX"),
        (NURSE, "38.6"),
    ]


def test_an_address_before_the_api_is_kept(provider: Provider) -> None:
    behind = gateway_of(provider, base=f"{provider.url}/out/twilio/")
    assert isinstance(behind.send(outgoing()), Accepted)
    assert provider.requests[0][1].startswith("/out/twilio/2010-04-01/Accounts/")
