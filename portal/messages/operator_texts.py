"""Texts to the portal's administrators: about its machines, never about a person.

They belong to no study, so they are not in a study file. ``BUILT_IN`` has them together
with the other built-in texts.
"""

from __future__ import annotations

from portal.messages.unread_texts import READING
from portal.protocol.study.model import Study
from portal.protocol.study.text import SmsTemplate, worded

REFUSES = SmsTemplate(
    id="provider_refuses",
    text=worded(
        "Follow-up portal: {provider} refuses our account, and its messages wait."
        " Check the account and its credit."
    ),
    variables=("provider",),
    max_segments=2,
)
WELL = SmsTemplate(
    id="provider_well",
    text=worded(
        "Follow-up portal: {provider} takes our messages again. Waiting messages"
        " are being sent."
    ),
    variables=("provider",),
    max_segments=2,
)
OPERATING = {template.id: template for template in (REFUSES, WELL)}
BUILT_IN = {**OPERATING, **READING}


def template_of(study: Study, name: str) -> SmsTemplate:
    """The wording that a message names: built in, or the study's.

    Raises ``KeyError`` if there is none.
    """
    return BUILT_IN[name] if name in BUILT_IN else study.texts[name]
