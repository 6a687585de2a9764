"""Texts to whoever runs the portal: about its machines, never about a person.

They are no study's wording, so they stand here and not in a study file.
"""

from __future__ import annotations

from portal.core.study.model import SmsTemplate, Text

REFUSES = SmsTemplate(
    id="provider_refuses",
    text=Text(
        zh="随访平台：{provider}拒绝了我们的账户，它的消息都在等待。请检查账户和余额。",
        en="Follow-up portal: {provider} refuses our account, and its messages wait."
        " Check the account and its credit.",
    ),
    variables=("provider",),
    max_segments=2,
)
WELL = SmsTemplate(
    id="provider_well",
    text=Text(
        zh="随访平台：{provider}已恢复，等待的消息正在发送。",
        en="Follow-up portal: {provider} takes our messages again. What waited is"
        " leaving.",
    ),
    variables=("provider",),
    max_segments=2,
)
OPERATING = {template.id: template for template in (REFUSES, WELL)}
