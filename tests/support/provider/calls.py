"""A call as it happens: it rings, somebody or something answers, TwiML is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.support.provider import callbacks

if TYPE_CHECKING:
    from tests.support.provider.account import Handset, Item, Provider

NOT_ANSWERED = {"ignore": "no-answer", "busy": "busy"}
MOST_STEPS = 8
VERBS = {"Say", "Gather", "Redirect", "Hangup", "Pause"}


def ring(provider: Provider, item: Item, phone: Handset) -> None:
    """The whole call, with its status callbacks."""
    steps = [("initiated", "initiated"), ("ringing", "ringing")]
    for event, status in steps:
        _tell(provider, item, event, status)
    if phone.calls in NOT_ANSWERED:
        _tell(provider, item, "completed", NOT_ANSWERED[phone.calls])
        return
    item.answered_by = "machine_start" if phone.calls == "voicemail" else "human"
    _tell(provider, item, "answered", "in-progress")
    key = phone.key if phone.calls == "answer" else None
    _follow(provider, item, _first(provider, item), key)
    _tell(provider, item, "completed", "completed")


def _first(provider: Provider, item: Item) -> str:
    if "Twiml" in item.asked:
        return item.asked["Twiml"][0]
    return ask(provider, item, item.asked["Url"][0])


def ask(provider: Provider, item: Item, url: str, **more: str) -> str:
    """What a hook wants next in this call."""
    code, answer = callbacks.post(provider, url, _fields(provider, item) | more)
    item.answers.append((url, code))
    return answer if code == 200 else "<Response/>"


def _follow(provider: Provider, item: Item, xml: str, key: str | None) -> None:
    for _ in range(MOST_STEPS):
        onward = _step(provider, item, xml, key)
        if onward is None:
            return
        xml = onward
    provider.complaints.append("a call that never ends")


def _step(provider: Provider, item: Item, xml: str, key: str | None) -> str | None:
    """Follows one document; the next one, or None at its end."""
    for verb in ElementTree.fromstring(xml):
        if verb.tag not in VERBS:
            provider.complaints.append(f"unknown verb {verb.tag}")
        elif verb.tag == "Say":
            _hear(item, verb)
        elif verb.tag == "Gather":
            for said in verb.iter("Say"):
                _hear(item, said)
            if key is not None:
                return ask(provider, item, verb.attrib["action"], Digits=key)
        elif verb.tag == "Redirect":
            return ask(provider, item, verb.text or "")
        elif verb.tag == "Hangup":
            return None
    return None


def _hear(item: Item, said: ElementTree.Element) -> None:
    item.heard.append((said.attrib.get("language", "en-US"), said.text or ""))


def _tell(provider: Provider, item: Item, event: str, status: str) -> None:
    item.status = status
    item.history.append(status)
    if item.callback is None or event not in item.asked.get(
        "StatusCallbackEvent", ["completed"]
    ):
        return
    fields = _fields(provider, item) | {"CallbackSource": "call-progress-events"}
    fields["SequenceNumber"] = str(len(item.history) - 1)
    if event == "completed":
        fields["CallDuration"] = "12"
    code, _ = callbacks.post(provider, item.callback, fields)
    item.answers.append((item.callback, code))


def _fields(provider: Provider, item: Item) -> dict[str, str]:
    fields = {
        "CallSid": item.sid,
        "AccountSid": provider.sid,
        "To": item.to,
        "From": item.sender or "",
        "Called": item.to,
        "Caller": item.sender or "",
        "CallStatus": item.status,
        "Direction": "outbound-api",
        "ApiVersion": "2010-04-01",
    }
    if item.answered_by and "MachineDetection" in item.asked:
        fields["AnsweredBy"] = item.answered_by
    return fields
