"""``python -m portal watch``: run it on another machine than the portal."""

from __future__ import annotations

import signal
import sys
import threading
import time
from urllib.parse import urlsplit

import click

from portal.engine.clocks import system_clock
from portal.errors import PortalError
from portal.messages.gateways.gateway import on_this_machine
from portal.operating.watch import Shout, Watch, by_command, by_mail, look


@click.command()
@click.option("--url", envvar="PORTAL_WATCH_URL", help="The portal's /healthz.")
@click.option(
    "--every",
    type=click.FloatRange(1, 15),
    default=10.0,
    show_default=True,
    help="Seconds between two checks.",
)
@click.option(
    "--once", is_flag=True, help="Check once, for cron: exit 1 and alarm if not well."
)
@click.option(
    "--command", envvar="PORTAL_WATCH_COMMAND", help="Program that raises the alarm."
)
@click.option(
    "--smtp", envvar="PORTAL_WATCH_SMTP_URL", help="Relay that sends the alarm."
)
@click.option(
    "--mail-from", envvar="PORTAL_WATCH_FROM", help="The sender of the e-mail."
)
@click.option(
    "--token",
    envvar="PORTAL_WATCH_TOKEN",
    help="The same as the portal's: the portal then notices a silent watch.",
)
@click.option("--mail-to", envvar="PORTAL_WATCH_TO", help="Who gets the e-mail.")
def watch(
    url: str | None,
    every: float,
    once: bool,
    command: str | None,
    smtp: str | None,
    mail_from: str | None,
    token: str | None,
    mail_to: str | None,
) -> None:
    """Raise the alarm within two minutes if the portal is not well, and report its end.

    Run it on another machine than the portal. It raises the alarm by
    PORTAL_WATCH_COMMAND, a program that gets the words as its argument, or by e-mail
    over PORTAL_WATCH_SMTP_URL from PORTAL_WATCH_FROM to PORTAL_WATCH_TO. With the same
    PORTAL_WATCH_TOKEN on both sides, the portal tells staff if the watch stops asking.

    Example: PORTAL_WATCH_COMMAND=/usr/local/bin/ring python -m portal watch \\
    --url https://portal.example/healthz
    """
    if not url:
        raise PortalError(
            "Say which portal to watch: --url https://portal.example/healthz, and how "
            "to raise the alarm (--help names the settings)."
        )
    _refuse_readable(url)
    shout = _shouter(command, smtp, mail_from or "", mail_to)
    if once:
        seen = look(url, token)
        click.echo(f"The portal {seen.detail}.")
        if not seen.well:
            shout(f"{urlsplit(url).hostname} {seen.detail}.")
            sys.exit(1)
        return
    _go_on(url, every, shout, token)


def _refuse_readable(url: str) -> None:
    parts = urlsplit(url)
    near = parts.scheme == "http" and on_this_machine(parts.hostname)
    if not parts.hostname or not (parts.scheme == "https" or near):
        raise PortalError("--url must start with https://.")


def _shouter(
    command: str | None, smtp: str | None, sender: str, receiver: str | None
) -> Shout:
    if command:
        return by_command(command)
    if not smtp or not receiver:
        raise PortalError(
            "Say how to raise the alarm: PORTAL_WATCH_COMMAND, or PORTAL_WATCH_SMTP_URL, "
            "PORTAL_WATCH_FROM and PORTAL_WATCH_TO."
        )
    try:
        return by_mail(smtp, sender, receiver)
    except ValueError as error:
        raise PortalError(f"PORTAL_WATCH_SMTP_URL cannot be used: {error}.") from error


def _go_on(url: str, every: float, shout: Shout, token: str | None) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    watching = Watch(url, shout, time.monotonic())
    was_well: bool | None = None
    while not told.is_set():
        seen = look(url, token)
        if seen.well != was_well:
            click.echo(f"The portal {seen.detail}.")
        was_well = seen.well
        watching.note(seen, time.monotonic())
        now = system_clock().timestamp()
        watching.note_certificate(url, time.monotonic(), now=now)
        told.wait(every)
