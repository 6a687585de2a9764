"""E-mail by SMTP: a second channel that does not depend on a telephone provider.

A relay cannot be asked later what it accepted, so what is unclear here stays unclear. A
failure before the content is handed over means that certainly nothing was sent.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from portal.messages.gateways.exchange import cut_off
from portal.messages.gateways.gateway import (
    Capabilities,
    LookupFailed,
    Outgoing,
    SoughtMessage,
    on_this_machine,
)
from portal.messages.gateways.outcomes import (
    Accepted,
    FoundMessage,
    NotSent,
    Outcome,
    ProviderTrouble,
    Rejected,
    Unclear,
)
from portal.protocol.study.text import worded
from portal.vocabulary.messages import Channel

CONNECT_SECONDS = 5.0
WAIT_SECONDS = 60.0  # after "not now", and until a refused account is tried again
UNREACHABLE_SECONDS = 5.0
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
ADDRESS = re.compile(r"[!-;=?-~]+@[A-Za-z0-9.-]+")  # ASCII, no blanks, no < or >
SUBJECT = worded("Follow-up portal: a notice")


@dataclass(frozen=True)
class Relay:
    """Where e-mail is handed over, with which account, and its sender."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def keeps(self) -> bool:
        """Whether it only catches e-mail on this machine and passes none on.

        A relay cannot be asked this. A server at a standard mail port, or one that
        needs an account, counts as a real relay, also on this machine.
        """
        near = self.scheme == "smtp" and on_this_machine(self.host)
        return near and self.user is None and self.port not in PORTS.values()


def relay_at(url: str, sender: str) -> Relay:
    """The relay of ``smtps://user:password@host:465`` or ``smtp+starttls://…``.

    Plain ``smtp://`` is allowed only to this machine itself.

    Raises:
        ValueError: it cannot be used; the text says why and never quotes the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ValueError("its port cannot be read") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("it must look like smtps://user:password@host:465")
    if parts.scheme == "smtp" and not on_this_machine(parts.hostname):
        raise ValueError("it must be smtps:// or smtp+starttls://")
    if not ADDRESS.fullmatch(sender):
        raise ValueError("the sender's address cannot be used")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Relay(parts.scheme, parts.hostname, port, sender, user, password)


class MailGateway:
    """See ``Gateway``. Nothing can be looked up, and no receipts come."""

    name = "mail"

    def __init__(self, relay: Relay, trusted: ssl.SSLContext | None = None) -> None:
        self.capabilities = Capabilities(
            local=relay.keeps,
            two_way=False,
            receipts=False,
            find_by_reference=False,
            voice=False,
            voice_keypress=False,
            links=True,
            texts_per_day=1_000,
            calls_per_day=0,
        )
        self._relay = relay
        self._trusted = trusted
        self._domain = relay.sender.rpartition("@")[2]

    def send(self, outgoing: Outgoing) -> Outcome:
        """See ``Gateway``; all steps together stay within ``seconds``."""
        if outgoing.channel != Channel.EMAIL:
            return Rejected(f"no {outgoing.channel} is set up")
        if not ADDRESS.fullmatch(outgoing.number):
            return Rejected("no valid e-mail address", contact_broken=True)
        ends = time.monotonic() + outgoing.seconds
        try:
            smtp = self._connected(outgoing.seconds)
        except (smtplib.SMTPException, OSError) as error:
            return _not_reached(error)
        try:
            with cut_off(smtp.sock, ends - time.monotonic()):
                return self._hand_over(smtp, outgoing)
        finally:
            smtp.close()

    def find(self, sought: SoughtMessage) -> FoundMessage | None:  # noqa: ARG002 (blind)
        """Always raises ``LookupFailed``: a relay cannot be asked."""
        raise LookupFailed

    def _connected(self, seconds: float) -> smtplib.SMTP:
        relay = self._relay
        trusted = self._trusted or ssl.create_default_context()
        limit = min(CONNECT_SECONDS, seconds)
        smtp: smtplib.SMTP
        if relay.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(
                relay.host, relay.port, self._domain, timeout=limit, context=trusted
            )
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, self._domain, timeout=limit)
        try:
            if relay.scheme == "smtp+starttls":
                smtp.starttls(context=trusted)
            if relay.user is not None:
                smtp.login(relay.user, relay.password or "")
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _hand_over(self, smtp: smtplib.SMTP, outgoing: Outgoing) -> Outcome:
        content = self._content(outgoing)
        try:
            refusal = _refusal(smtp, self._relay.sender, outgoing.number)
        except (smtplib.SMTPException, OSError) as error:
            return _not_reached(error)
        if refusal is not None:
            return refusal
        try:
            smtp.send(content)
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return Unclear(f"no answer ({type(error).__name__})")
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        if code // 100 == 2:
            return Accepted(self._message_id(outgoing))
        return _refused("the content", code, said)

    def _content(self, outgoing: Outgoing) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._relay.sender
        mail["To"] = outgoing.number
        mail["Subject"] = SUBJECT.say(outgoing.language)
        mail["Date"] = format_datetime(outgoing.sent_at)
        mail["Message-ID"] = self._message_id(outgoing)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers by machine
        mail.set_content(outgoing.body, cte="base64")
        lines = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
        return lines.rstrip(b"\r\n") + b"\r\n.\r\n"

    def _message_id(self, outgoing: Outgoing) -> str:
        return f"<{outgoing.reference}@{self._domain}>"


def _refusal(smtp: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """Send the envelope; return a refusal, or None if the relay wants the content."""
    code, said = smtp.mail(sender)
    if code != 250:
        return _not_as(sender, code) if code // 100 == 5 else _refused("", code, said)
    code, said = smtp.rcpt(recipient)
    if code not in (250, 251):
        return _refused("the address", code, said)
    code, said = smtp.docmd("DATA")
    return None if code == 354 else _refused("the content", code, said)


def _refused(what: str, code: int, said: bytes) -> Outcome:
    reason = f"{what} refused (SMTP {code})".strip()
    if code // 100 != 5:
        return NotSent(reason, WAIT_SECONDS)
    unknown = re.match(rb"5\.1\.[0-9]", said) is not None  # RFC 3463: bad address
    return Rejected(reason, contact_broken=unknown)


def _not_as(sender: str, code: int) -> Outcome:
    domain = sender.rpartition("@")[2]
    reason = f"the relay takes nothing from {domain} (SMTP {code})"
    return NotSent(reason, WAIT_SECONDS, ProviderTrouble.PROVIDER)


def _not_reached(error: Exception) -> Outcome:
    reason = f"not handed over ({type(error).__name__})"
    ours = (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)
    if isinstance(error, ours):
        return NotSent(reason, WAIT_SECONDS, ProviderTrouble.PROVIDER)
    return NotSent(reason, UNREACHABLE_SECONDS)
