"""``python -m portal serve``: the web process, without the engine."""

from __future__ import annotations

import errno
import signal
import sys
from dataclasses import replace
from types import FrameType

import click

from portal import logs, startup
from portal.config import from_environment
from portal.errors import PortalError
from portal.serve import serve as serve_pages


@click.command()
@click.option("--host", help="Address to listen on; PORTAL_HOST if not given.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of PORTAL_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the portal's pages until told to stop (Ctrl-C or SIGTERM).

    The engine sends the messages and must run too: python -m scheduler.

    Example: PORTAL_DATABASE_URL=sqlite:///var/portal.db python -m portal serve
    """
    settings = from_environment()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    logs.set_up(settings.log_level)
    signal.signal(signal.SIGTERM, _leave)
    with startup.opened(settings) as runtime:
        try:
            serve_pages(runtime)
        except OSError as error:
            raise _kind(error, settings.port) from error


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _kind(error: OSError, port: int) -> PortalError:
    if error.errno == errno.EADDRINUSE:
        return PortalError(f"Port {port} is in use by another program: use --port.")
    if error.errno == errno.EACCES:
        return PortalError(f"This user may not open port {port}: use --port.")
    return PortalError(f"The address cannot be used: {error.strerror}.")
