"""Messages in words: what each was for, and why it did or did not go out."""

from __future__ import annotations

from portal.vocabulary.messages import Channel
from portal.web.frame.language import lazy_gettext
from portal.web.staff.words import Words

PURPOSES: Words = {
    "alert": lazy_gettext("page about an alert"),
    "task": lazy_gettext("overdue task"),
    "notice": lazy_gettext("notice"),
    "reminder": lazy_gettext("reminder"),
    "answer": lazy_gettext("answer to a text"),
}
CHANNELS: Words = {
    Channel.TEXT: lazy_gettext("Text"),
    Channel.CALL: lazy_gettext("Call"),
    Channel.EMAIL: lazy_gettext("E-mail"),
}
WHOM: Words = {
    "participant": lazy_gettext("the participant"),
    "caregiver": lazy_gettext("the caregiver"),
    "staff": lazy_gettext("a colleague"),
    "site": lazy_gettext("the site's own number"),
}
SHORT: Words = {
    "queued": lazy_gettext("waiting"),
    "retry_wait": lazy_gettext("to be tried again"),
    "in_flight": lazy_gettext("being sent"),
    "accepted": lazy_gettext("sent"),
    "delivered": lazy_gettext("delivered"),
    "undelivered": lazy_gettext("not delivered"),
    "rejected": lazy_gettext("refused"),
    "unknown": lazy_gettext("unclear"),
    "cancelled": lazy_gettext("not sent"),
    "expired": lazy_gettext("not sent"),
    "held": lazy_gettext("held back"),
}
STATES: Words = {
    "queued": lazy_gettext("It waits to be sent."),
    "retry_wait": lazy_gettext("It has not left yet and will be tried again."),
    "in_flight": lazy_gettext("It is being handed to the provider just now."),
    "accepted": lazy_gettext(
        "It went out: the provider took it. No receipt has come yet."
    ),
    "delivered": lazy_gettext("It went out and reached the phone."),
    "undelivered": lazy_gettext("It went out, and the provider could not deliver it."),
    "rejected": lazy_gettext("It did not go out: the provider refused it."),
    "unknown": lazy_gettext("Nobody can say yet whether it went out."),
    "cancelled": lazy_gettext("It did not go out: it was no longer wanted."),
    "expired": lazy_gettext("It did not go out: it was too late to be useful."),
    "held": lazy_gettext("It is held back and goes out only when staff release it."),
}
REASONS: Words = {
    "acknowledged": lazy_gettext("the alert was acknowledged"),
    "paged anew": lazy_gettext("the alert was paged again"),
    "the contact changed": lazy_gettext("the contact changed"),
    "opted out": lazy_gettext("its number takes no texts"),
    "the contact does not work": lazy_gettext("the contact does not work"),
    "too late to be of use": lazy_gettext("too late to be of use"),
    "proved not sent": lazy_gettext("it was proved that it never left"),
    "nobody can say whether it was sent": lazy_gettext(
        "nobody can say whether it was sent"
    ),
    "the provider could not deliver it": lazy_gettext(
        "the provider could not deliver it"
    ),
    "the participant is withdrawn": lazy_gettext("the participant is withdrawn"),
    "the participant is paused": lazy_gettext("the participant is paused"),
    "the participant is died": lazy_gettext("the participant died"),
}
PROVIDERS: Words = {
    "log": lazy_gettext("the simulated phones"),
    "mail": lazy_gettext("e-mail"),
}
TRIES: Words = {
    "in_flight": lazy_gettext("no answer yet"),
    "accepted": lazy_gettext("taken"),
    "rejected": lazy_gettext("refused"),
    "retry": lazy_gettext("not taken, to be tried again"),
    "unknown": lazy_gettext("no clear answer; it is being looked up at the provider"),
    "absent": lazy_gettext("proved that it never left"),
    "unresolved": lazy_gettext("nobody can say what became of it"),
}
