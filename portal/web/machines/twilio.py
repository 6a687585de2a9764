"""What the provider of texts and calls tells us: statuses, keys pressed, texts sent.

The guard has let in only what the provider signed; the same may still come twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.delivery.inbound import keypresses, receive
from portal.delivery.inbound.keypresses import Keypress, KeypressResult
from portal.delivery.sending import receipts
from portal.delivery.sending.receipts import DeliveryReceipt
from portal.messages.gateways.twilio import twiml
from portal.messages.gateways.twilio.codes import (
    call_status,
    failure_of,
    is_machine,
    text_status,
)
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint
from portal.web.machines import call_words, signatures

LONGEST_FIELD = 64  # of what is kept about a status
KEPT = (  # never numbers, never words
    "MessageStatus",
    "CallStatus",
    "ErrorCode",
    "AnsweredBy",
    "SequenceNumber",
    "CallDuration",
    "RawDlrDoneDate",
    "SipResponseCode",
)
blueprint = GuardedBlueprint(
    "provider_hooks", __name__, guard="signed", url_prefix="/hooks/twilio"
)


@blueprint.post("/status/<reference>")
def status(reference: str) -> ResponseReturnValue:
    """How far a message of ours has come."""
    runtime = access.runtime()
    receipt = _receipt(reference, request.form)
    with runtime.writing() as session:
        receipts.apply_status(
            session,
            receipt,
            voice=runtime.gateway.capabilities.voice,
            now=runtime.now(),
        )
    return "", 204


def _receipt(reference: str, form: Mapping[str, str]) -> DeliveryReceipt:
    if "CallStatus" in form:
        found = call_status(form["CallStatus"], form.get("AnsweredBy"))
    else:
        found = text_status(form.get("MessageStatus", form.get("SmsStatus", "")))
    return DeliveryReceipt(
        provider=signatures.provider(),
        status=found,
        raw={name: form[name][:LONGEST_FIELD] for name in KEPT if name in form},
        reference=reference,
        provider_id=form.get("MessageSid") or form.get("CallSid"),
        failure=failure_of(form.get("ErrorCode")),
    )


@blueprint.post("/voice/<reference>")
def voice(reference: str) -> ResponseReturnValue:
    """A call without a pressed key yet: say it once more, if the alert is still open."""
    runtime = access.runtime()
    with runtime.reading() as session:
        found = keypresses.standing(
            session,
            runtime.studies(session),
            signatures.provider(),
            reference,
            real_now=runtime.real_now(),
        )
    if not found.words:
        return _told(found)
    base = runtime.settings.public_url.rstrip("/")
    return _xml(
        twiml.ask_last(
            found.words,
            found.language,
            key_url=f"{base}/hooks/twilio/voice/{reference}/key",
            without=call_words.sentence("no_key", found.language),
        )
    )


@blueprint.post("/voice/<reference>/key")
def key(reference: str) -> ResponseReturnValue:
    """A key was pressed."""
    runtime = access.runtime()
    form = request.form
    pressed = Keypress(
        call=form.get("CallSid", "")[:LONGEST_FIELD],
        number=form.get("To", "")[:LONGEST_FIELD],
        key=form.get("Digits", "")[:8],
        by_machine=is_machine(form.get("AnsweredBy")),
    )
    with runtime.writing() as session:
        found = keypresses.press(
            session,
            signatures.provider(),
            reference,
            pressed,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return _told(found)


def _told(found: KeypressResult) -> Response:
    # Open here: taken from somebody again while this very key was told twice.
    result = "no_key" if found.result == "open" else found.result
    said = call_words.sentence(result, found.language, found.holder)
    return _xml(twiml.tell([said], found.language))


@blueprint.post("/text")
def text() -> ResponseReturnValue:
    """A text that somebody sent us; the answer goes through the outbox."""
    runtime = access.runtime()
    form = request.form
    with runtime.writing() as session:
        receive.receive(
            session,
            runtime.studies(session),
            provider=signatures.provider(),
            event_key=form.get("MessageSid", "")[:LONGEST_FIELD],
            sender=form.get("From", ""),
            body=form.get("Body", ""),
            now=runtime.now(),
        )
    return _xml(twiml.EMPTY)


def _xml(document: str) -> Response:
    return Response(document, mimetype="text/xml")
