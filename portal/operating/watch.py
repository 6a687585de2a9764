"""A watch on the portal from another machine: an alarm if no good answer comes.

It shares nothing with the portal: no machine, no database, no provider. It raises the
alarm once when an outage begins, again while it lasts, and reports its end.
"""

from __future__ import annotations

import json
import os
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from portal.messages.gateways.exchange import NeverSent, NoAnswer, exchange
from portal.messages.gateways.mail import Relay, relay_at

ASK_SECONDS = 10.0
SHOUT_SECONDS = 20.0
SHOUT_AFTER = 90.0  # since the last good answer; with a request and a pause under 120
AGAIN_AFTER = 600.0
CERTIFICATE_DAYS = 14.0
A_DAY = 86_400.0
HEADER = "X-Portal-Watch"  # its token, so that the portal notices silence
Shout = Callable[[str], bool]
DaysOf = Callable[[str, float], float | None]


@dataclass(frozen=True)
class HealthSeen:
    """One look at the portal: whether it is well, and what is wrong."""

    well: bool
    detail: str


def look(url: str, token: str | None = None) -> HealthSeen:
    """Ask ``/healthz`` once; the portal is not well if it says so or does not answer.

    ``token`` is the portal's PORTAL_WATCH_TOKEN: with it the portal records the
    request.
    """
    shown = {HEADER: token} if token else {}
    try:
        answer = exchange(
            "GET",
            url,
            headers={"Accept": "*/*", **shown},
            body=None,
            seconds=ASK_SECONDS,
        )
    except (NeverSent, NoAnswer) as error:
        return HealthSeen(False, f"gives no answer ({error})")
    if answer.status == 200:
        return HealthSeen(True, "answers that it is well")
    return HealthSeen(False, f"answers {answer.status}{_parts(answer.text)}")


def _parts(text: str) -> str:
    """The names of parts that are not well, if the answer can be read."""
    try:
        parts = json.loads(text)["parts"]
        ill = [str(name) for name, part in parts.items() if not part["well"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return f": not well: {', '.join(ill)}" if ill else ""


def certificate_days(
    url: str, now: float, context: ssl.SSLContext | None = None
) -> float | None:
    """For how many days from ``now`` (epoch seconds) the portal's certificate is valid.

    None: there is none, or it cannot be read; then ``look`` says what is wrong.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    trusted = context or ssl.create_default_context()
    place = (parts.hostname, parts.port or 443)
    try:
        with (
            socket.create_connection(place, timeout=ASK_SECONDS) as plain,
            trusted.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            certificate = secure.getpeercert() or {}
        ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    except (OSError, ValueError, KeyError):
        return None
    return (ends - now) / A_DAY


class Watch:
    """What a watch remembers; ``moment`` is in monotonic seconds.

    An alarm that fails is tried again at each look until it succeeds.
    """

    def __init__(self, url: str, shout: Shout, started: float) -> None:
        self._name = urlsplit(url).netloc.rpartition("@")[2]
        self._shout = shout
        self._good_at = started
        self._shouted_at: float | None = None
        self._owed = False  # an outage was reported, its end was not yet
        self._certified_at = float("-inf")

    def note(self, seen: HealthSeen, moment: float) -> None:
        """Take in one look, and raise the alarm if it is time."""
        if seen.well:
            self._good_at, self._shouted_at = moment, None
            if self._owed:
                self._owed = not self._shout(f"{self._name} is well again.")
            return
        silent = moment - self._good_at
        due = self._shouted_at is None or moment - self._shouted_at >= AGAIN_AFTER
        if silent >= SHOUT_AFTER and due:
            said = f"{self._name} {seen.detail}; not well for {silent:.0f} s."
            if self._shout(f"{said} Dangerous reports may reach nobody: act now."):
                self._shouted_at, self._owed = moment, True

    def note_certificate(
        self,
        url: str,
        moment: float,
        *,
        now: float,
        days_of: DaysOf = certificate_days,
    ) -> None:
        """Once a day, raise the alarm if the certificate ends within fourteen days.

        ``now`` is the wall clock, in epoch seconds.
        """
        if moment - self._certified_at < A_DAY:
            return
        self._certified_at = moment
        days = days_of(url, now)
        if days is not None and days < CERTIFICATE_DAYS:
            self._shout(f"The certificate of {self._name} ends in {days:.0f} days.")


def by_command(command: str) -> Shout:
    """Raise alarms by the operator's program, which gets the words as its one argument.

    It is started without a shell.
    """

    def shout(words: str) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 (the operator's own program)
                [command, words],
                timeout=SHOUT_SECONDS,
                check=False,
                env={**os.environ, "PORTAL_WATCH_WORDS": words},
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0

    return shout


def by_mail(url: str, sender: str, receiver: str) -> Shout:
    """Raise alarms by e-mail, over a relay that is not the portal's.

    Raises:
        ValueError: the address of the relay or of the sender cannot be used.
    """
    relay = relay_at(url, sender)

    def shout(words: str) -> bool:
        mail = EmailMessage()
        mail["From"], mail["To"] = relay.sender, receiver
        mail["Subject"] = words
        mail.set_content(words)
        try:
            with _connected(relay) as smtp:
                smtp.send_message(mail)
        except (smtplib.SMTPException, OSError):
            return False
        return True

    return shout


@contextmanager
def _connected(relay: Relay) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context()
    host, port = relay.host, relay.port
    smtp: smtplib.SMTP
    if relay.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, port, timeout=SHOUT_SECONDS, context=trusted)
    else:
        smtp = smtplib.SMTP(host, port, timeout=SHOUT_SECONDS)
    with smtp:
        if relay.scheme == "smtp+starttls":
            smtp.starttls(context=trusted)
        if relay.user is not None:
            smtp.login(relay.user, relay.password or "")
        yield smtp
