"""Which parameters may be sent when a text or call is made, and with which values.

The names are those that Twilio documents. Anything else is refused, so that no request
of ours depends on a parameter that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from xml.etree import ElementTree

Fields = dict[str, list[str]]
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Refused(Exception):
    """A request that makes nothing: HTTP status, code and words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def _whole(low: int, high: int) -> Callable[[str], bool]:
    return lambda value: value.isdecimal() and low <= int(value) <= high


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda value: value in words


def _address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and "_" not in (parts.hostname or "_")


def _twiml(value: str) -> bool:
    return len(value) <= 4000 and ElementTree.fromstring(value).tag == "Response"


def _anything(_value: str) -> bool:
    return True


TEXT = {
    "To": _anything,
    "From": _anything,
    "MessagingServiceSid": _anything,
    "Body": lambda value: 0 < len(value) <= 1600,
    "StatusCallback": _address,
    "ValidityPeriod": _whole(1, 36_000),
    "SmartEncoded": _one_of("true", "false"),
    "ProvideFeedback": _one_of("true", "false"),
    "Attempt": _whole(1, 100),
    "MediaUrl": _address,
    "ContentSid": _anything,
    "ContentVariables": _anything,
    "ShortenUrls": _one_of("true", "false"),
    "ScheduleType": _one_of("fixed"),
    "SendAt": _anything,
    "SendAsMms": _one_of("true", "false"),
    "RiskCheck": _one_of("enable", "disable"),
}
CALL = {
    "To": _anything,
    "From": _anything,
    "Url": _address,
    "Twiml": _twiml,
    "Method": _one_of("GET", "POST"),
    "FallbackUrl": _address,
    "FallbackMethod": _one_of("GET", "POST"),
    "StatusCallback": _address,
    "StatusCallbackMethod": _one_of("GET", "POST"),
    "StatusCallbackEvent": _one_of("initiated", "ringing", "answered", "completed"),
    "SendDigits": _anything,
    "Timeout": _whole(1, 600),
    "TimeLimit": _whole(1, 86_400),
    "Record": _one_of("true", "false"),
    "MachineDetection": _one_of("Enable", "DetectMessageEnd"),
    "MachineDetectionTimeout": _whole(3, 59),
    "AsyncAmd": _one_of("true", "false"),
    "AsyncAmdStatusCallback": _address,
    "CallReason": _anything,
    "CallerId": _anything,
}
REPEATED = ("StatusCallbackEvent", "MediaUrl")
LISTED = {
    "text": {"To", "From", "DateSent", "DateSent<", "DateSent>"},
    "call": {"To", "From", "Status", "StartTime", "StartTime<", "StartTime>"},
}
PAGING = {"PageSize", "Page", "PageToken"}


def check(kind: str, fields: Fields, numbers: set[str], services: set[str]) -> None:
    """Refuses what the real one would refuse, with its status and code."""
    known = TEXT if kind == "text" else CALL
    for name, values in fields.items():
        if name not in known:
            raise Refused(400, 20001, f"unknown parameter {name}")
        if len(values) > 1 and name not in REPEATED:
            raise Refused(400, 20001, f"{name} is given more than once")
        if not all(_fits(known[name], value) for value in values):
            raise Refused(400, 20001, f"{name} cannot be {values}")
    _check_ends(kind, fields, numbers, services)


def _fits(rule: Callable[[str], bool], value: str) -> bool:
    try:
        return rule(value)
    except (ValueError, ElementTree.ParseError):
        return False


def _check_ends(
    kind: str, fields: Fields, numbers: set[str], services: set[str]
) -> None:
    if "To" not in fields:
        raise Refused(400, 21604, "a To is required")
    if not E164.fullmatch(fields["To"][0]):
        raise Refused(400, 21211, "the To is not a number")
    if kind == "call":
        if ("Url" in fields) == ("Twiml" in fields):
            raise Refused(400, 21205, "Url or Twiml is required, not both")
    elif "Body" not in fields:
        raise Refused(400, 21602, "a Body is required")
    sender, service = fields.get("From"), fields.get("MessagingServiceSid")
    if sender is None and (kind == "call" or service is None):
        raise Refused(400, 21603, "a From is required")
    if sender is not None and sender[0] not in numbers:
        raise Refused(400, 21212 if kind == "call" else 21606, "the From is not yours")
    if service is not None and service[0] not in services:
        raise Refused(400, 21701, "there is no such service")


def check_list(kind: str, fields: Fields) -> None:
    """The same for the filters of a list."""
    unknown = set(fields) - LISTED[kind] - PAGING
    if unknown:
        raise Refused(400, 20001, f"unknown filters {sorted(unknown)}")
