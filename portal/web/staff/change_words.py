"""What a change of a person's follow-up means, said before it is made."""

from __future__ import annotations

from portal.vocabulary.people import ParticipantStatus
from portal.web.frame.language import lazy_gettext
from portal.web.staff.words import Words

STATUS_MEANS: Words = {
    ParticipantStatus.ACTIVE: lazy_gettext(
        "Reminders and the missing-diary calls begin again now."
    ),
    ParticipantStatus.PAUSED: lazy_gettext(
        "No reminders and no missing-diary calls. They can still sign in and report."
    ),
    ParticipantStatus.WITHDRAWN: lazy_gettext(
        "Nothing more is sent to them or their caregivers, their phones lose "
        "access, and nothing new is collected. Clinic visits go on as agreed."
    ),
    ParticipantStatus.DIED: lazy_gettext(
        "Nothing more is sent to them or their caregivers, and their phones lose "
        "access."
    ),
    ParticipantStatus.TRANSFERRED: lazy_gettext(
        "No reminders and no missing-diary calls from here. A report still reaches "
        "this team."
    ),
    ParticipantStatus.COMPLETED: lazy_gettext(
        "No reminders any more. A report still reaches the team."
    ),
}
CORRECTIONS: Words = {
    "waiting": lazy_gettext("waiting for the investigator"),
    "accepted": lazy_gettext("accepted"),
    "declined": lazy_gettext("declined"),
}
ASKERS: Words = {
    "participant": lazy_gettext("the participant"),
    "caregiver": lazy_gettext("the caregiver"),
    "staff": lazy_gettext("the study team"),
}
REMINDERS: Words = {
    "visit": lazy_gettext("visit"),
    "moved": lazy_gettext("new date of a visit"),
    "diary": lazy_gettext("diary, if it has not come"),
    "evening": lazy_gettext("evening reading"),
    "dated": lazy_gettext("a note on the portal"),
    "recheck": lazy_gettext("measure again"),
}
