"""What went wrong in the scripts of a phone: its kind and place go to the log.

Its text is not logged, because it may quote what somebody typed. A fault is no report,
and nothing is stored. From the log operators learn that a phone cannot do what its
pages promise.
"""

from __future__ import annotations

import logging
import re

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import InvalidInput
from portal.web.frame import access
from portal.web.offline.blueprint import kept

logger = logging.getLogger(__name__)
NAME = re.compile(r"[A-Za-z]{1,40}")
PLACE = re.compile(r"([a-z]{1,20}/)?[a-z]{1,20}\.js:[0-9]{1,5}|")
BROWSER = re.compile(r"(?:Chrome|Firefox|Version)/[0-9.]{1,20}")


@kept.post("/offline/faults")
@access.passive
def note_fault() -> ResponseReturnValue:
    """Log one fault of an enrolled phone.

    Raises:
        InvalidInput: it is no kind or no place of ours.
    """
    said = request.get_json()
    name, place = (str(_of(said, part)) for part in ("name", "place"))
    if not NAME.fullmatch(name) or not PLACE.fullmatch(place):
        raise InvalidInput("This is not a fault.")
    found = BROWSER.search(request.headers.get("User-Agent", ""))
    logger.warning(
        "a phone's script failed: %s at %s in %s",
        name,
        place or "an unknown place",
        found[0] if found else "an unknown browser",
    )
    return "", 204


def _of(said: object, part: str) -> object:
    return said.get(part, "") if isinstance(said, dict) else None
