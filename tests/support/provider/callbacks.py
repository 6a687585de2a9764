"""What the provider says to our hooks: statuses and texts, signed or forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from tests.support.provider.account import Handset, Item, Provider

PATIENCE = 10.0


def signature(token: str, url: str, fields: dict[str, str]) -> str:
    """As documented: the address, then every field's name and value, sorted."""
    whole = url + "".join(name + fields[name] for name in sorted(fields))
    mac = hmac.new(token.encode(), whole.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def post(
    provider: Provider, url: str, fields: dict[str, str], *, forged: bool = False
) -> tuple[int, str]:
    """Sends a form to a hook; its HTTP status and answer. 0: it could not be reached."""
    token = "not the token" if forged else provider.token
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signature(token, url, fields),
        "User-Agent": "TwilioProxy/1.1",
        "Host": urlsplit(url).netloc,
    }
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    place = urlsplit(provider.reach.get(origin, origin))
    if place.hostname not in ("localhost", "127.0.0.1"):
        return 0, ""  # no test ever speaks to a host that is not this machine
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE)
    try:
        path = url.removeprefix(origin)
        connection.request("POST", path, urlencode(fields).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def carry(provider: Provider, item: Item, phone: Handset) -> None:
    """A text on its way: sent, then delivered or not, each told to the hook."""
    steps = {
        "deliver": ["sent", "delivered"],
        "never": ["sent"],
        "late": ["sent"],
        "undelivered": ["sent", "undelivered"],
    }[phone.texts]
    if phone.texts == "undelivered":
        item.error_code = phone.error_code
    for status in steps:
        item.status = status
        item.history.append(status)
    for status in _as_told(steps, phone.receipts):
        tell_status(provider, item, status, forged=phone.receipts == "forged")
    if phone.reply is not None and phone.texts == "deliver":
        provider.write(item.to, phone.reply)


def arrive(provider: Provider, item: Item) -> None:
    """A text that was delayed has arrived; the hook is told."""
    item.status = "delivered"
    item.history.append("delivered")
    tell_status(provider, item, "delivered")


def _as_told(steps: list[str], receipts: str) -> list[str]:
    match receipts:
        case "none":
            return []
        case "twice":
            return [step for step in steps for _ in range(2)]
        case "reordered":
            return steps[::-1]
        case _:
            return steps


def tell_status(
    provider: Provider, item: Item, status: str, *, forged: bool = False
) -> None:
    """One status callback of a text."""
    if item.callback is None:
        return
    fields = {
        "MessageSid": item.sid,
        "SmsSid": item.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "To": item.to,
        "From": item.sender or "",
        "AccountSid": provider.sid,
        "ApiVersion": "2010-04-01",
    }
    if status == "undelivered":
        fields["ErrorCode"] = str(item.error_code)
    code, _ = post(provider, item.callback, fields, forged=forged)
    item.answers.append((item.callback, code))


def tell_incoming(provider: Provider, item: Item, url: str) -> None:
    """A text that somebody sent to the account's number."""
    fields = {
        "MessageSid": item.sid,
        "SmsSid": item.sid,
        "SmsMessageSid": item.sid,
        "SmsStatus": "received",
        "AccountSid": provider.sid,
        "From": item.sender or "",
        "To": item.to,
        "Body": item.body,
        "NumMedia": "0",
        "NumSegments": "1",
        "FromCountry": "US",
        "ApiVersion": "2010-04-01",
    }
    code, _ = post(provider, url, fields)
    item.answers.append((url, code))
