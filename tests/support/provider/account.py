"""The account: its ledger of what really happened, its phones, and how it fails."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.support.clock import clock_file, real_now
from tests.support.provider import callbacks, calls
from tests.support.provider.parameters import Fields, Refused, check, check_list

SID = "AC" + "5a" * 16
TOKEN = "token-of-the-test-account-0123456"
SENDER = "+12025550100"
SERVICE = "MG" + "6b" * 16


@dataclass
class Handset:
    """The phone at a number. ``texts``: deliver, late, never, undelivered. ``calls``:
    answer, ignore, busy, voicemail. ``key`` is pressed when asked for one.
    ``receipts``: once, twice, reordered, forged, none.
    """

    number: str
    texts: str = "deliver"
    calls: str = "answer"
    key: str | None = None
    receipts: str = "once"
    error_code: int = 30003
    reply: str | None = None


@dataclass
class Item:
    """One text or call as it really was."""

    sid: str
    kind: str
    to: str
    sender: str | None
    body: str
    direction: str
    created_at: datetime
    asked: Fields
    status: str = "queued"
    error_code: int | None = None
    answered_by: str | None = None
    history: list[str] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)  # language, words
    answers: list[tuple[str, int]] = field(default_factory=list)  # url, HTTP status

    @property
    def callback(self) -> str | None:
        return self.asked.get("StatusCallback", [None])[0]

    def to_json(self, account: str) -> dict[str, Any]:
        shared = {
            "sid": self.sid,
            "account_sid": account,
            "to": self.to,
            "from": self.sender,
            "status": self.status,
            "direction": self.direction,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "api_version": "2010-04-01",
            "price": None,
            "price_unit": "USD",
        }
        if self.kind == "call":
            return shared | {"answered_by": self.answered_by, "start_time": None}
        sent = format_datetime(self.created_at) if self.status != "queued" else None
        own = {"body": self.body, "date_sent": sent, "error_code": self.error_code}
        return shared | own | {"num_segments": "1", "num_media": "0"}


@dataclass
class Fault:
    """How one request to make something fails. ``made`` says whether it is made.

    ``how``: answer (with ``status`` and ``code``), hang, reset.
    """

    how: str
    made: bool = False
    status: int = 500
    code: int = 20500
    headers: dict[str, str] = field(default_factory=dict)


ACCEPT_THEN_500 = Fault("answer", made=True)
ACCEPT_THEN_HANG = Fault("hang", made=True)
ACCEPT_THEN_RESET = Fault("reset", made=True)
NOTHING_BUT_500 = Fault("answer", made=False)


def too_many(retry_after: str | None) -> Fault:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Fault("answer", status=429, code=20429, headers=headers)


def refuse(status: int, code: int) -> Fault:
    return Fault("answer", status=status, code=code)


class Provider:
    """One account of the provider. Its URL is set by the server that runs it."""

    def __init__(self) -> None:
        self.sid, self.token = SID, TOKEN
        self.numbers, self.services = {SENDER}, {SERVICE}
        self.inbound_url: str | None = None
        self.skew = timedelta(0)
        self.clock_file = clock_file()
        self.url = ""
        self.ledger: list[Item] = []
        self.complaints: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.cut_off: list[str] = []  # requests that never ended
        self.reach: dict[str, str] = {}  # public origin -> where it really runs
        self.wrong_password = False
        self.closing = threading.Event()
        self._faults: dict[str, deque[Fault]] = {}
        self._handsets: dict[str, Handset] = {}
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(4, thread_name_prefix="provider")
        self._working: list[Future[None]] = []

    # What a test says

    def handset(self, number: str, **ways: Any) -> Handset:
        """The phone at a number, which behaves as told from now on."""
        phone = self._handsets.setdefault(number, Handset(number))
        for name, value in ways.items():
            assert hasattr(phone, name), name
            setattr(phone, name, value)
        return phone

    def fail(self, number: str, *faults: Fault) -> None:
        """The next requests to make something for this number fail in turn."""
        self._faults.setdefault(number, deque()).extend(faults)

    def sent(self, number: str | None = None) -> list[Item]:
        """What our requests really made, to one number or to all."""
        with self._lock:
            return [
                item
                for item in self.ledger
                if item.direction == "outbound-api" and number in (None, item.to)
            ]

    def deliver_late(self, number: str) -> None:
        """The texts that were on their way to a ``late`` phone arrive now."""
        for item in self.sent(number):
            if item.kind == "text" and item.status == "sent":
                self._soon(lambda item=item: callbacks.arrive(self, item))

    def write(self, number: str, body: str) -> Item:
        """A text from a phone to the account's number; the hook is told of it."""
        item = self._new("text", SENDER, number, body, "inbound", {})
        item.status = "received"
        if self.inbound_url:
            url = self.inbound_url
            self._soon(lambda: callbacks.tell_incoming(self, item, url))
        return item

    def settle(self, seconds: float = 10) -> None:
        """Waits until every callback and call is over."""
        while True:
            with self._lock:
                working = [each for each in self._working if not each.done()]
            if not working:
                break
            _, late = wait(working, timeout=seconds)
            assert not late, "callbacks hang"
        for each in self._working:
            each.result()

    # What the server does

    def now(self) -> datetime:
        return real_now(self.clock_file).replace(microsecond=0) + self.skew

    def make(self, kind: str, fields: Fields) -> tuple[Item, Fault | None]:
        """Makes a text or call, or raises why not; a fault may follow it."""
        try:
            check(kind, fields, self.numbers, self.services)
        except Refused as refusal:
            self.complaints.append(refusal.message)
            raise
        to = fields["To"][0]
        with self._lock:
            waiting = self._faults.get(to)
            fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.made:
            return Item("", kind, to, None, "", "", self.now(), fields), fault
        sender = fields.get("From", [SENDER])[0]
        body = fields.get("Body", [""])[0]
        item = self._new(kind, to, sender, body, "outbound-api", fields)
        return item, fault

    def _new(
        self, kind: str, to: str, sender: str, body: str, direction: str, asked: Fields
    ) -> Item:
        sid = ("SM" if kind == "text" else "CA") + secrets.token_hex(16)
        item = Item(sid, kind, to, sender, body, direction, self.now(), asked)
        with self._lock:
            self.ledger.append(item)
        return item

    def go_on(self, item: Item, answered: threading.Event | None = None) -> None:
        """What happens after a create was answered: carriers, phones, callbacks."""
        phone = self.handset(item.to)

        def happen() -> None:
            if answered is not None:
                answered.wait(10)
            if item.kind == "text":
                callbacks.carry(self, item, phone)
            else:
                calls.ring(self, item, phone)

        self._soon(happen)

    def _soon(self, work: Callable[[], None]) -> None:
        future = self._workers.submit(work)
        with self._lock:
            self._working.append(future)

    def listed(self, kind: str, fields: Fields) -> list[Item]:
        """What a list shows: newest first, filtered by the ends."""
        check_list(kind, fields)
        with self._lock:
            rows = [item for item in reversed(self.ledger) if item.kind == kind]
        for name, field_ in (("To", "to"), ("From", "sender")):
            if name in fields:
                rows = [row for row in rows if getattr(row, field_) == fields[name][0]]
        return rows

    def one(self, kind: str, sid: str) -> Item:
        for item in self.ledger:
            if (item.kind, item.sid) == (kind, sid):
                return item
        raise Refused(404, 20404, f"{sid} was not found")

    def close(self) -> None:
        self.closing.set()
        self._workers.shutdown(wait=True, cancel_futures=True)
