"""Who may use the provider's hooks: the provider, and nobody else.

Nothing is read or changed before the signature is right for the address that we gave
out and for every field that came. Without a provider that signs, nobody is let in.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import cast

from flask import Response, g, request

from portal.messages.gateways import channels
from portal.messages.gateways.gateway import Signing
from portal.vocabulary.messages import Channel
from portal.web.frame import access

FORGERIES = 10  # in a minute: somebody is trying
MINUTE = 60.0
SIGNATURE = "X-Twilio-Signature"
FORM = "application/x-www-form-urlencoded"
log = logging.getLogger(__name__)


class Forgeries:
    """Counts requests that were not signed, and logs an error when there are many."""

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=FORGERIES)
        self._lock = threading.Lock()

    def count(self) -> None:
        """One more."""
        with self._lock:
            self._seen.append(time.monotonic())
            full = len(self._seen) == FORGERIES
            many = full and self._seen[-1] - self._seen[0] < MINUTE
            if many:
                self._seen.clear()
        if many:
            log.error("%s forged hooks within a minute", FORGERIES)


forgeries = Forgeries()


def refusal() -> Response | None:
    """403 for what our provider did not sign; None lets it in."""
    signer = channels.serving(access.runtime().gateway, Channel.TEXT)
    if isinstance(signer, Signing) and request.mimetype == FORM and _signed(signer):
        g.provider = signer.name
        return None
    forgeries.count()
    log.warning("a hook without a valid signature, from %s", access.address())
    return Response("not signed\n", 403, mimetype="text/plain")


def _signed(signer: Signing) -> bool:
    base = access.runtime().settings.public_url.rstrip("/")
    query = request.query_string.decode("latin-1")
    url = f"{base}{request.path}?{query}" if query else f"{base}{request.path}"
    fields = request.form.to_dict(flat=False)
    return signer.vouches(url, fields, request.headers.get(SIGNATURE, ""))


def provider() -> str:
    """The name of the provider that signed this request."""
    return cast(str, g.provider)
