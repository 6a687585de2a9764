"""Our requests to Twilio: only the documented parameters of texts and calls.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import re
from typing import Any

from portal.messages.gateways.gateway import Outgoing
from portal.messages.gateways.outcomes import BLOTTED
from portal.messages.gateways.settings import TwilioSettings
from portal.messages.gateways.twilio import twiml

SHORTEST_VALID, LONGEST_VALID = 10, 14_400  # seconds
RING_SECONDS = 30  # most voicemails answer later
MACHINE_SECONDS = 5  # to tell a machine from a person; then it counts as a person
LONGEST_BLOTTED = 20  # characters of a value that is no longer stored


def text_fields(
    account: TwilioSettings, hooks: str, outgoing: Outgoing
) -> dict[str, Any]:
    """The fields that create a text; its status comes back with our reference."""
    asked: dict[str, Any] = {
        "to": outgoing.number,
        "body": outgoing.body,
        "status_callback": f"{hooks}/status/{outgoing.reference}",
        "smart_encoded": False,  # a look-up needs the words as they were sent
    }
    if account.service is not None:
        asked["messaging_service_sid"] = account.service
    else:
        asked["from_"] = account.sender
    if outgoing.valid_seconds is not None:
        valid = max(SHORTEST_VALID, min(outgoing.valid_seconds, LONGEST_VALID))
        asked["validity_period"] = valid
    return asked


def call_fields(
    account: TwilioSettings, hooks: str, outgoing: Outgoing
) -> dict[str, Any]:
    """The fields that create a call; it contains the words, in case our web is down."""
    voice = f"{hooks}/voice/{outgoing.reference}"
    return {
        "to": outgoing.number,
        "from_": account.sender,
        "twiml": twiml.ask(
            outgoing.body,
            outgoing.language,
            key_url=f"{voice}/key",
            again_url=voice,
        ),
        "status_callback": f"{hooks}/status/{outgoing.reference}",
        "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        "timeout": RING_SECONDS,
        "machine_detection": "Enable",
        "machine_detection_timeout": MACHINE_SECONDS,
    }


def says(ours: str, theirs: str) -> bool:
    """Whether ``theirs`` are our words.

    A blotted value matches any value; a trial account puts its own words in front.
    """
    value = f".{{1,{LONGEST_BLOTTED}}}"
    parts = (re.escape(part) for part in ours.split(BLOTTED))
    return re.search("(?s)" + value.join(parts) + r"\s*\Z", theirs) is not None
