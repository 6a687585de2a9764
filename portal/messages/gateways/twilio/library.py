"""Twilio's library, imported here only: its client, its errors, its signatures.

Nothing is retried, everything has a time limit, and another address can replace the
API's (a proxy, or a test's server).
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from portal.messages.gateways.exchange import exchange
from portal.messages.gateways.settings import TwilioSettings

__all__ = ["Client", "Http", "TwilioException", "client_of", "signed"]
log = logging.getLogger(__name__)


class Http(HttpClient):  # type: ignore[misc]
    """The library's requests, sent to our base address within the time that is left."""

    def __init__(self, base: str, seconds: float) -> None:
        super().__init__(log, is_async=False, timeout=seconds)
        self._base = urlsplit(base)
        self._seconds = seconds
        self.headers: Mapping[str, str] = {}

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002 (never)
    ) -> Response:
        """See ``HttpClient``."""
        sent = dict(headers or {})
        if auth is not None:
            pair = ":".join(auth).encode()
            sent["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        answer = exchange(
            method.upper(),
            self._rebased(uri, params),
            headers=sent,
            body=urlencode(data, doseq=True).encode() if data else None,
            seconds=timeout or self._seconds,
        )
        self.headers = answer.headers
        return Response(answer.status, answer.text, answer.headers)

    def _rebased(self, uri: str, params: Mapping[str, Any] | None) -> str:
        asked = urlsplit(uri)
        path = self._base.path.rstrip("/") + asked.path
        extra = urlencode(params or {}, doseq=True)
        query = "&".join(part for part in (asked.query, extra) if part)
        return urlunsplit((self._base.scheme, self._base.netloc, path, query, ""))


def client_of(account: TwilioSettings, http: Http) -> Client:
    """The library's client of an account, whose requests go out by ``http``."""
    return Client(account.sid, account.token, http_client=http)


class _Fields:
    """Form fields in the form of the library's validator: every value of each name."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def __iter__(self) -> Iterable[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def getlist(self, name: str) -> list[str]:
        return list(self._fields[name])


def signed(
    token: str, url: str, fields: Mapping[str, Sequence[str]], signature: str
) -> bool:
    """Whether an incoming request has the signature of a token."""
    return bool(RequestValidator(token).validate(url, _Fields(fields), signature))
