"""Texts and calls by Twilio, through its library.

The library's client retries nothing here and has a time limit on everything. It can use
another address (a proxy, or a test's server).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from portal.messages.gateways.exchange import NeverSent, NoAnswer
from portal.messages.gateways.gateway import (
    Capabilities,
    Incoming,
    LookupFailed,
    Outgoing,
    SoughtMessage,
    StatusReport,
    on_this_machine,
)
from portal.messages.gateways.outcomes import (
    Accepted,
    FoundMessage,
    NotSent,
    Outcome,
    Rejected,
    Unclear,
)
from portal.messages.gateways.settings import TwilioSettings
from portal.messages.gateways.twilio.codes import (
    call_status,
    failure_of,
    outcome_of,
    text_status,
)
from portal.messages.gateways.twilio.library import (
    Client,
    Http,
    TwilioException,
    client_of,
    signed,
)
from portal.messages.gateways.twilio.requests import (
    call_fields,
    says,
    text_fields,
)
from portal.vocabulary.messages import Channel

UNREACHABLE_SECONDS = 2.0  # before a retry after a failed connection
EARLY, LATE = timedelta(minutes=2), timedelta(minutes=10)  # around the create
MOST_ROWS = 200


def _is_stand_in(base: str) -> bool:
    """Whether the API's address is a test's server: plain http to this machine.

    A proxy to the real API uses https, also on this machine.
    """
    address = urlsplit(base)
    return address.scheme == "http" and on_this_machine(address.hostname)


class TwilioGateway:
    """See ``Gateway``, ``Reporting`` and ``Signing``."""

    name = "twilio"

    def __init__(self, account: TwilioSettings, hooks_url: str) -> None:
        self._account = account
        self._hooks = hooks_url.rstrip("/")
        voice = account.sender is not None
        self.capabilities = Capabilities(
            local=_is_stand_in(account.base),
            two_way=True,
            receipts=True,
            find_by_reference=True,  # by recipient, words and time
            voice=voice,
            voice_keypress=voice,
            links=False,
            texts_per_day=200,
            calls_per_day=200,
        )

    def send(self, outgoing: Outgoing) -> Outcome:
        """See ``Gateway``; a create is never repeated automatically."""
        http = Http(self._account.base, outgoing.seconds)
        try:
            return self._create(self._client(http), outgoing)
        except NeverSent as error:
            return NotSent(f"not reached ({error})", UNREACHABLE_SECONDS)
        except NoAnswer as error:
            return Unclear(f"no answer ({error})")
        except TwilioException as error:
            status = int(getattr(error, "status", 0) or 0)
            return outcome_of(status, _code(error), http.headers.get("retry-after"))
        except ValueError:
            return Unclear("an answer that cannot be read")

    def _client(self, http: Http) -> Client:
        return client_of(self._account, http)

    def _create(self, client: Client, outgoing: Outgoing) -> Outcome:
        match outgoing.channel:
            case Channel.TEXT:
                made = client.messages.create(
                    **text_fields(self._account, self._hooks, outgoing)
                )
            case Channel.CALL if self._account.sender is not None:
                made = client.calls.create(
                    **call_fields(self._account, self._hooks, outgoing)
                )
            case _:
                return Rejected(f"no {outgoing.channel} is set up")
        if not made.sid:
            return Unclear("accepted without an id")
        return Accepted(str(made.sid))

    def find(self, sought: SoughtMessage) -> FoundMessage | None:
        """Search the messages to that number around that time; see ``Gateway``.

        Twilio does not store our reference, so recipient, words and its clock decide.
        """
        http = Http(self._account.base, sought.seconds)
        client = self._client(http)
        calls = sought.channel == Channel.CALL
        resource = client.calls if calls else client.messages
        rows = self._asked(lambda: resource.list(to=sought.number, limit=MOST_ROWS))
        began = _clock(http) - timedelta(seconds=sought.seconds_ago)
        fitting = [
            row
            for row in rows
            if row.sid not in sought.taken
            and str(row.direction).startswith("outbound")
            and row.date_created is not None
            and began - EARLY <= row.date_created <= began + LATE
            and (calls or says(sought.body, row.body or ""))
        ]
        fitting.sort(key=lambda row: abs(row.date_created - began))
        return _found(fitting[0], calls) if fitting else None

    def report(self, channel: str, provider_id: str, seconds: float) -> StatusReport:
        """See ``Reporting``."""
        client = self._client(Http(self._account.base, seconds))
        calls = channel == Channel.CALL
        resource = client.calls if calls else client.messages
        row = self._asked(lambda: resource(provider_id).fetch())
        found = _found(row, calls)
        told = {"status": row.status, "polled": "yes"}
        if calls:
            told["answered_by"] = row.answered_by
        else:
            told["error_code"] = row.error_code
        raw = {name: str(value) for name, value in told.items() if value is not None}
        return StatusReport(found.provider_id, found.status, raw, found.failure)

    def inbox(self, since: datetime, seconds: float) -> Sequence[Incoming]:
        """See ``Reporting``."""
        client = self._client(Http(self._account.base, seconds))
        asked: dict[str, Any] = {"date_sent_after": since, "limit": MOST_ROWS}
        if self._account.sender is not None:
            asked["to"] = self._account.sender
        rows = self._asked(lambda: client.messages.list(**asked))
        return [
            Incoming(str(row.sid), str(row.from_), row.body or "")
            for row in reversed(rows)
            if row.direction == "inbound"
        ]

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except (NeverSent, NoAnswer, TwilioException, ValueError, KeyError) as error:
            raise LookupFailed(type(error).__name__) from error

    def vouches(
        self, url: str, fields: Mapping[str, Sequence[str]], signature: str
    ) -> bool:
        """See ``Signing``; the old token also counts while it is being replaced."""
        tokens = [self._account.token, self._account.old_token]
        return any(signed(token, url, fields, signature) for token in tokens if token)


def _code(error: TwilioException) -> int | None:
    code = str(getattr(error, "code", ""))
    return int(code) if code.isdecimal() else None


def _clock(http: Http) -> datetime:
    """The time by the provider's clock."""
    try:
        return parsedate_to_datetime(http.headers["date"])
    except (KeyError, ValueError) as error:
        raise LookupFailed("an answer without a date") from error


def _found(row: Any, calls: bool) -> FoundMessage:
    word, sid = str(row.status), str(row.sid)
    if calls:
        return FoundMessage(sid, call_status(word, row.answered_by))
    return FoundMessage(sid, text_status(word), failure_of(str(row.error_code)))
