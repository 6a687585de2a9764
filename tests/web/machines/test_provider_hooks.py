"""The provider's hooks: believed when signed, once each, and no key taken but a person's.

The portal, its engine and the provider are all real; only the telephones are not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.outbox import Attempt, Inbound, Message, ProviderEvent
from portal.db.tables.people import Contact, Staff
from portal.messages.gateways.outcomes import Status
from portal.messages.gateways.settings import TwilioSettings
from portal.people.case import Case
from portal.runtime import Runtime
from portal.web.machines.signatures import forgeries
from scheduler.engine import Engine
from tests.support.cast import EMERGENCY, Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.provider import Provider
from tests.support.provider.account import SENDER
from tests.support.provider.callbacks import signature
from tests.support.settings import settings_for
from tests.support.web import Visitor, application, served, used_application

PUBLIC = "https://portal.example"
FORM = "application/x-www-form-urlencoded"
OLD = "the-token-before-0123456789abcdef"


@pytest.fixture
def runtime(database_url: str, clock: Clock, provider: Provider) -> Iterator[Runtime]:
    """On Twilio, whose API stands on this machine."""
    settings = settings_for(
        database_url,
        public_url=PUBLIC,
        gateway="twilio",
        twilio=TwilioSettings(
            provider.sid, provider.token, OLD, sender=SENDER, base=provider.url
        ),
    )
    opened = Runtime(settings, clock=clock)
    yield opened
    opened.close()


@dataclass
class Stage:
    """A hospital with an open emergency, and the provider that its portal uses."""

    runtime: Runtime
    clock: Clock
    provider: Provider
    client: Visitor
    people: Cast
    alert_id: int

    def number(self, duty: str) -> str:
        with self.runtime.reading() as session:
            staff = session.get_one(Staff, self.people.here[duty].id)
            query = select(Contact.value).filter_by(staff_id=staff.id, kind="mobile")
            return session.scalar(query) or ""

    def send(self) -> None:
        """Everything due goes out, rings, is answered and called back about."""
        engine = Engine(self.runtime)
        try:
            assert engine.cycle()
            assert engine.drain(20)
            self.provider.settle(20)
        finally:
            engine.stop()

    def hook(self, path: str, fields: dict[str, str], **how: Any) -> Any:
        """Sends a form to a hook as the provider would."""
        url = how.get("url", PUBLIC + path)
        signed = signature(how.get("token", self.provider.token), url, fields)
        headers = {"X-Twilio-Signature": signed} | how.get("headers", {})
        return self.client.post(
            path, data=urlencode(fields), content_type=FORM, headers=headers
        )

    def key(self, duty: str, key: str = "1", **more: str) -> Any:
        """Somebody's key in the call that rang with them."""
        number = self.number(duty)
        fields = {"CallSid": "CA1", "To": number, "Digits": key, **more}
        return self.hook(f"/hooks/twilio/voice/{self.reference(duty)}/key", fields)

    def reference(self, duty: str, channel: str = "call") -> str:
        with self.runtime.reading() as session:
            query = (
                select(Attempt.reference)
                .join(Message, Message.id == Attempt.message_id)
                .where(
                    Message.channel == channel,
                    Message.staff_id == self.people.here[duty].id,
                )
            )
            found = session.scalar(query)
            assert found is not None
            return found

    def alert(self) -> Alert:
        with self.runtime.reading() as session:
            found = session.get_one(Alert, self.alert_id)
            session.expunge(found)
            return found

    def messages(self, duty: str, channel: str) -> list[str]:
        with self.runtime.reading() as session:
            query = (
                select(Message.state)
                .filter_by(channel=channel, staff_id=self.people.here[duty].id)
                .order_by(Message.id)
            )
            return list(session.scalars(query))

    def count(self, table: Any) -> int:
        with self.runtime.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def stage(runtime: Runtime, clock: Clock, provider: Provider) -> Iterator[Stage]:
    people = cast(runtime)
    with runtime.writing() as session:
        participant = enrolled(session, people)
        alert = answering.open_from(
            Case(session, people.study, participant, runtime.now()),
            EMERGENCY,
            entry_version_id=None,
        )
        alert_id = alert.id
    app = used_application(runtime)
    with served(app) as url:
        provider.reach[PUBLIC] = url
        client: Any = app.test_client()
        yield Stage(runtime, clock, provider, client, people, alert_id)


# Calls


@pytest.mark.smoke
def test_the_key_1_takes_the_alert_for_whoever_was_called(stage: Stage) -> None:
    stage.provider.handset(stage.number("nurse"), key="1")
    stage.send()
    alert = stage.alert()
    assert (alert.state, alert.acked_by) == ("acked", stage.people.here["nurse"].id)
    with stage.runtime.reading() as session:
        query = select(AlertEvent.detail).filter_by(kind="acknowledged")
        assert [event["source"] for event in session.scalars(query)] == ["call"]
    calls = stage.provider.sent(stage.number("nurse"))
    (call,) = [item for item in calls if item.kind == "call"]
    assert f"Alert {alert.code}" in call.heard[0][1]
    assert call.heard[-1] == ("en-US", "Confirmed. This alert is yours. Thank you.")
    assert stage.messages("nurse", "call") == ["delivered"]


@pytest.mark.parametrize("way", ["voicemail", "ignore", "busy", "answer"])
def test_F39_machine_silence_and_hanging_up_take_nothing(
    stage: Stage, way: str
) -> None:
    for duty in ("nurse", "doctor"):
        stage.provider.handset(stage.number(duty), calls=way, key=None)
    stage.send()
    assert stage.alert().state == "open"


def test_whoever_says_nothing_hears_it_once_more(stage: Stage) -> None:
    stage.provider.handset(stage.number("nurse"), key=None)
    stage.send()
    calls = stage.provider.sent(stage.number("nurse"))
    (call,) = [item for item in calls if item.kind == "call"]
    first, again, last = call.heard
    assert first == again
    assert last[1].startswith("Nothing was confirmed.")


def test_F39_a_machine_that_sends_the_tone_takes_nothing(stage: Stage) -> None:
    stage.send()
    assert stage.key("nurse", AnsweredBy="machine_start").status_code == 200
    assert stage.alert().state == "open"
    assert stage.key("nurse", CallSid="CA2", AnsweredBy="human").status_code == 200
    assert stage.alert().state == "acked"


@pytest.mark.parametrize("pressed", ["2", "", "11", "#", "１"])
def test_no_other_key_takes_it(stage: Stage, pressed: str) -> None:
    stage.send()
    assert "Nothing was confirmed" in stage.key("nurse", pressed).text
    assert stage.alert().state == "open"


def test_the_second_person_hears_who_has_it(stage: Stage) -> None:
    stage.send()
    stage.key("nurse")
    answer = stage.key("doctor")
    assert "Nurse of here already has this alert." in answer.text
    assert stage.alert().acked_by == stage.people.here["nurse"].id
    again = stage.hook(f"/hooks/twilio/voice/{stage.reference('doctor')}", {})
    assert "Nurse of here already has this alert." in again.text


def test_a_closed_alert_stays_closed(stage: Stage) -> None:
    stage.send()
    with stage.runtime.writing() as session:
        nurse = session.get_one(Staff, stage.people.here["nurse"].id)
        ending = closing.Closing("spoke", "All is well.", adverse_event=False)
        now = stage.runtime.now()
        closing.close(session, stage.alert_id, nurse, ending, now=now)
    assert "closed" in stage.key("doctor").text
    assert stage.alert().state == "closed"


def test_a_key_for_another_telephone_takes_nothing(stage: Stage) -> None:
    stage.send()
    answer = stage.key("nurse", To=stage.number("doctor"))
    assert "no longer valid" in answer.text
    assert stage.alert().state == "open"


@pytest.mark.smoke
def test_a_key_told_twice_counts_once_even_after_the_alert_came_back(
    stage: Stage,
) -> None:
    stage.send()
    stage.key("nurse")
    assert "This alert is yours" in stage.key("nurse").text
    with stage.runtime.writing() as session:
        alert = session.get_one(Alert, stage.alert_id)
        ladder.rearm(session, stage.people.study, alert, now=stage.runtime.now())
    assert stage.key("nurse").status_code == 200
    assert stage.alert().state == "open", "an old key never answers a new round"


def test_F30_a_key_replayed_later_takes_nothing(stage: Stage) -> None:
    stage.send()
    stage.clock.advance(minutes=16)
    assert "no longer valid" in stage.key("nurse").text
    assert stage.alert().state == "open"


def test_somebody_who_left_takes_nothing(stage: Stage) -> None:
    stage.send()
    with stage.runtime.writing() as session:
        session.get_one(Staff, stage.people.here["nurse"].id).active = False
    stage.key("nurse")
    assert stage.alert().state == "open"


def test_somebody_on_call_whose_role_takes_no_alerts_hears_so(stage: Stage) -> None:
    stage.send()
    with stage.runtime.writing() as session:
        session.get_one(Staff, stage.people.here["nurse"].id).role = "admin"
    assert "cannot confirm for a person" in stage.key("nurse").text
    assert stage.alert().state == "open"


def test_the_sites_own_telephone_names_nobody(stage: Stage) -> None:
    stage.send()
    with stage.runtime.writing() as session:
        query = select(Message).filter_by(
            channel="call", staff_id=stage.people.here["nurse"].id
        )
        for message in session.scalars(query):
            message.staff_id = None
    reference = stage.provider.sent(stage.number("nurse"))
    path = next(i for i in reference if i.kind == "call").callback or ""
    path = path.removeprefix(PUBLIC).replace("/status/", "/voice/") + "/key"
    fields = {"CallSid": "CA1", "To": stage.number("nurse"), "Digits": "1"}
    assert "cannot confirm for a person" in stage.hook(path, fields).text
    assert stage.alert().state == "open"


def test_a_chinese_call_is_answered_in_chinese(stage: Stage) -> None:
    with stage.runtime.writing() as session:
        for message in session.scalars(select(Message)):
            message.language = "zh"
    stage.provider.handset(stage.number("nurse"), key="1")
    stage.send()
    calls = stage.provider.sent(stage.number("nurse"))
    (call,) = [item for item in calls if item.kind == "call"]
    assert {language for language, _ in call.heard} == {"zh-CN"}
    assert "确认请按1" in call.heard[0][1]
    assert call.heard[-1][1].startswith("已确认")


# Statuses


@pytest.mark.parametrize("receipts", ["once", "twice", "reordered"])
def test_F28_receipts_in_any_order_end_at_delivered(
    stage: Stage, receipts: str
) -> None:
    stage.provider.handset(stage.number("nurse"), receipts=receipts)
    stage.send()
    assert stage.messages("nurse", "text") == ["delivered"]
    (text,) = [
        item
        for item in stage.provider.sent(stage.number("nurse"))
        if item.kind == "text"
    ]
    assert {code for _, code in text.answers} == {204}, "2xx for duplicates too"


def test_F29_a_forged_receipt_changes_nothing(stage: Stage) -> None:
    stage.provider.handset(stage.number("nurse"), receipts="forged", calls="ignore")
    stage.send()
    assert stage.messages("nurse", "text")[0] == "accepted"


def test_F28_a_text_that_comes_late_is_delivered_in_the_end(stage: Stage) -> None:
    number = stage.number("nurse")
    stage.provider.handset(number, texts="late")
    stage.send()
    assert stage.messages("nurse", "text") == ["accepted"], "on its way is not there"
    stage.provider.deliver_late(number)
    stage.provider.settle(20)
    assert stage.messages("nurse", "text") == ["delivered"]
    assert len([i for i in stage.provider.sent(number) if i.kind == "text"]) == 1


def test_F38_a_call_that_nobody_took_sends_a_text_at_once(stage: Stage) -> None:
    stage.provider.handset(stage.number("nurse"), calls="voicemail")
    stage.send()
    assert stage.messages("nurse", "call") == ["undelivered"]
    assert len(stage.messages("nurse", "text")) == 2


def test_a_status_is_kept_once_without_numbers_or_words(stage: Stage) -> None:
    stage.send()
    before = stage.count(ProviderEvent)
    path = f"/hooks/twilio/status/{stage.reference('nurse', 'text')}"
    fields = {
        "MessageSid": "SM1",
        "MessageStatus": "undelivered",
        "ErrorCode": "30003",
        "To": stage.number("nurse"),
        "Body": "words",
        "SomethingNew": "since yesterday",
    }
    assert [stage.hook(path, fields).status_code for _ in range(3)] == [204] * 3
    assert stage.count(ProviderEvent) == before + 1
    with stage.runtime.reading() as session:
        newest = session.scalars(
            select(ProviderEvent).order_by(ProviderEvent.id.desc()).limit(1)
        ).one()
        assert newest.raw == {"MessageStatus": "undelivered", "ErrorCode": "30003"}
        assert newest.status == Status.UNDELIVERED


def test_a_status_of_nothing_of_ours_is_taken_quietly(stage: Stage) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    answer = stage.hook("/hooks/twilio/status/0000000000000000", fields)
    assert answer.status_code == 204


# Signatures

FIELDS = {"MessageSid": "SM1", "MessageStatus": "delivered", "Body": "温度 38.6 ℃"}
PATH = "/hooks/twilio/status/0011223344556677"


def test_what_is_signed_is_taken_whatever_host_it_was_sent_to(stage: Stage) -> None:
    assert stage.hook(PATH, FIELDS).status_code == 204
    local = stage.hook(PATH, FIELDS, headers={"Host": "localhost"})
    assert local.status_code == 204


def test_the_query_is_signed_too(stage: Stage) -> None:
    assert stage.hook(f"{PATH}?attempt=2", FIELDS).status_code == 204
    cut = stage.hook(f"{PATH}?attempt=2", FIELDS, url=PUBLIC + PATH)
    assert cut.status_code == 403


def test_both_tokens_are_believed_while_one_is_replaced(stage: Stage) -> None:
    assert stage.hook(PATH, FIELDS, token=OLD).status_code == 204
    assert stage.hook(PATH, FIELDS, token="an older one").status_code == 403


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"X-Twilio-Signature": ""}},
        {"headers": {"X-Twilio-Signature": "é" * 28}},
        {"token": "a guess"},
        {"url": "http://localhost" + PATH},
        {"url": "http://portal.example" + PATH},
        {"url": PUBLIC + PATH + "/"},
        {"url": PUBLIC + "/hooks/twilio/status/ffffffffffffffff"},
    ],
    ids=["none", "odd", "token", "host", "scheme", "slash", "reference"],
)
def test_what_is_not_signed_as_given_out_is_refused(
    stage: Stage, how: dict[str, Any]
) -> None:
    assert stage.hook(PATH, FIELDS, **how).status_code == 403
    assert stage.count(ProviderEvent) == 0


def test_a_missing_signature_is_refused(stage: Stage) -> None:
    answer = stage.client.post(PATH, data=FIELDS)
    assert answer.status_code == 403


def test_a_field_that_was_added_or_changed_is_refused(stage: Stage) -> None:
    signed = signature(stage.provider.token, PUBLIC + PATH, FIELDS)
    for fields in (FIELDS | {"Extra": "1"}, FIELDS | {"MessageStatus": "sent"}):
        answer = stage.client.post(
            PATH, data=fields, headers={"X-Twilio-Signature": signed}
        )
        assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", ""])
def test_only_forms_are_read(stage: Stage, kind: str) -> None:
    signed = signature(stage.provider.token, PUBLIC + PATH, {})
    answer = stage.client.post(
        PATH, data=b"{}", content_type=kind, headers={"X-Twilio-Signature": signed}
    )
    assert answer.status_code == 403


def test_every_hook_is_guarded(stage: Stage) -> None:
    for path in ("/status/1", "/voice/1", "/voice/1/key", "/text"):
        assert stage.client.post("/hooks/twilio" + path, data={}).status_code == 403
        assert stage.client.get("/hooks/twilio" + path).status_code in (403, 405)


@pytest.mark.parametrize(
    "gateway",
    [{"gateway": "log"}, {"gateway": "twilio"}],
    ids=["embedded", "no token"],
)
def test_with_nobody_to_sign_every_hook_stays_shut(
    database_url: str, clock: Clock, gateway: dict[str, Any]
) -> None:
    """Not even what is signed with nothing, or with the word None, gets in."""
    settings = settings_for(database_url, public_url=PUBLIC, **gateway)
    runtime = Runtime(settings, clock=clock)
    client = application(runtime).test_client()
    for token in ("", "None"):
        headers = {"X-Twilio-Signature": signature(token, PUBLIC + PATH, FIELDS)}
        answer = client.post(
            PATH, data=urlencode(FIELDS), content_type=FORM, headers=headers
        )
        assert answer.status_code == 403
    runtime.close()


def test_a_body_that_is_too_large_is_not_read(stage: Stage) -> None:
    answer = stage.hook(PATH, FIELDS | {"Body": "x" * 70_000})
    assert answer.status_code == 413


def test_F29_many_forgeries_are_an_alarm(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    forgeries.__init__()  # type: ignore[misc]  # whatever tests before have counted
    with caplog.at_level(logging.ERROR):
        for _ in range(9):
            stage.client.post(PATH, data=FIELDS)
        assert "forged" not in caplog.text
        stage.client.post(PATH, data=FIELDS)
    assert "10 forged hooks within a minute" in caplog.text


# Texts that come in


def texts(stage: Stage) -> list[tuple[str, str, bool]]:
    """Number, words, and whether it is known whose they are."""
    with stage.runtime.reading() as session:
        rows = session.scalars(select(Inbound).order_by(Inbound.id))
        return [(row.number, row.body, bool(row.participant_id)) for row in rows]


def sites_with_tasks(stage: Stage) -> set[int]:
    with stage.runtime.reading() as session:
        return set(session.scalars(select(Task.site_id)))


def test_a_participants_text_is_kept_as_theirs(stage: Stage) -> None:
    stage.provider.inbound_url = f"{PUBLIC}/hooks/twilio/text"
    item = stage.provider.write("+8613800138007", "昨晚抽搐了")
    stage.provider.settle()
    assert item.answers == [(f"{PUBLIC}/hooks/twilio/text", 200)]
    assert texts(stage) == [("+8613800138007", "昨晚抽搐了", True)]


def test_a_strangers_text_reaches_every_site_and_is_not_answered(stage: Stage) -> None:
    before = stage.count(Task)
    fields = {"MessageSid": "SM7", "From": "+12025550199", "Body": "hello"}
    answers = [stage.hook("/hooks/twilio/text", fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Message" not in answers[0].text
    assert texts(stage) == [("+12025550199", "hello", False)]
    sites = {stage.people.here.site.id, stage.people.there.site.id}
    assert sites_with_tasks(stage) >= sites
    assert stage.count(Task) == before + 2, "the same text again is known"


def test_a_text_without_a_name_is_not_lost(stage: Stage) -> None:
    for body in ("hello", "are you there?"):
        fields = {"From": "+12025550199", "Body": body}
        assert stage.hook("/hooks/twilio/text", fields).status_code == 200
    assert stage.count(Inbound) == 2
