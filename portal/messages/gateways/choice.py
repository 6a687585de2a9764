"""The gateway of a portal: who serves texts, calls and e-mail."""

from __future__ import annotations

from portal.messages.gateways.channels import Channels, Nobody
from portal.messages.gateways.gateway import Gateway
from portal.messages.gateways.mail import MailGateway, relay_at
from portal.messages.gateways.settings import MailSettings, TwilioSettings


def chosen_gateway(
    phones: Gateway, provider: TwilioSettings | None, mail: MailSettings, hooks_url: str
) -> Gateway:
    """Texts and calls by the provider that is set up; e-mail by a relay, if any.

    ``phones`` are the simulated phones, which show e-mail too. A provider's callbacks
    come to ``hooks_url`` plus its name.
    """
    usual = _twilio(provider, f"{hooks_url}/twilio") if provider else phones
    if mail.url:
        relay = relay_at(mail.url, mail.sender or "")
        return Channels(usual, email=MailGateway(relay))
    if usual is phones:
        return phones
    return Channels(usual, email=Nobody("mail", "no e-mail is set up"))


def _twilio(settings: TwilioSettings, hooks_url: str) -> Gateway:
    # Imported here, because loading its library takes a third of a second.
    from portal.messages.gateways.twilio.gateway import TwilioGateway

    return TwilioGateway(settings, hooks_url)
