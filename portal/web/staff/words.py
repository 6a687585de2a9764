"""What the codes that the tables keep are called on a page."""

from __future__ import annotations

from collections.abc import Mapping

from portal.people.optouts import NumberState
from portal.people.roles import Role
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.diary import EntrySource, VersionKind
from portal.vocabulary.messages import InboundKind
from portal.vocabulary.people import ParticipantStatus, ReporterKind
from portal.vocabulary.tasks import TaskKind
from portal.vocabulary.visits import VisitState
from portal.web.frame.language import Later, lazy_gettext
from portal.web.sign_in.signing_in import PHONES as PHONES

Words = Mapping[str, Later]

WORKLIST = lazy_gettext("Worklist")
PARTICIPANTS = lazy_gettext("Participants")
ENROL = lazy_gettext("Enrol")
ROTA = lazy_gettext("Rota")
STUDY = lazy_gettext("Study")
ACCOUNTS = lazy_gettext("Accounts")
ACCOUNT = lazy_gettext("My account")

PAPERS: Words = {
    "waits": lazy_gettext("The last one can be used until"),
    "used": lazy_gettext("The last one was used at"),
    "over": lazy_gettext("The last one was not used; it ended at"),
}

ROLES: Words = {
    Role.COORDINATOR: lazy_gettext("coordinator"),
    Role.NURSE: lazy_gettext("nurse"),
    Role.INVESTIGATOR: lazy_gettext("investigator"),
    Role.MONITOR: lazy_gettext("monitor"),
    Role.ADMIN: lazy_gettext("administrator"),
}

TASKS: Words = {
    TaskKind.REVIEW: lazy_gettext("Review the report and phone"),
    TaskKind.SAME_AGAIN: lazy_gettext("The same as before: look once this week"),
    TaskKind.DATA_QUALITY: lazy_gettext("Check the data with them"),
    TaskKind.AWAY: lazy_gettext("Further away than the study allows"),
    TaskKind.DEVIATION: lazy_gettext("A protocol deviation: record it"),
    TaskKind.RECONSENT: lazy_gettext(
        "A new version of the study needs a new consent: speak with them"
    ),
    TaskKind.VISITS_TO_CHECK: lazy_gettext(
        "D0 was changed: look at the visits that do not fit it"
    ),
    TaskKind.PRIVATE: lazy_gettext("Speak in private: see the report"),
    TaskKind.ROTA_GAP: lazy_gettext(
        "Nobody could be paged: look at the rota and at the provider's daily limit"
    ),
    TaskKind.UNREADABLE_DIARY: lazy_gettext("A diary could not be read: phone and ask"),
    TaskKind.UNCONFIRMED: lazy_gettext("A message may not have arrived: phone them"),
    TaskKind.UNSENT: lazy_gettext(
        "A text was not sent: today's limit for this number is reached. Phone them"
    ),
    TaskKind.BROKEN_CONTACT: lazy_gettext("A number does not work: ask for another"),
    TaskKind.LADDER: lazy_gettext("Phone the caregiver"),
    TaskKind.HELD_BACK: lazy_gettext(
        "The engine fails at this: look after them yourself"
    ),
    TaskKind.CORRECTION: lazy_gettext("A correction waits for a decision"),
    TaskKind.MISSING_DIARY: lazy_gettext("No diary: phone them"),
    TaskKind.VISIT_MISSED: lazy_gettext("A visit did not take place: phone them"),
    TaskKind.WINDOW_CLOSING: lazy_gettext(
        "A visit's window closes soon: book the visit"
    ),
    TaskKind.RECHECK_MISSED: lazy_gettext(
        "The second reading did not come: phone them"
    ),
    TaskKind.REMINDER_EXPIRED: lazy_gettext(
        "A reminder did not go out in time: phone them"
    ),
    TaskKind.NO_NUMBER: lazy_gettext("No working number: ask for one"),
    TaskKind.OPTED_OUT: lazy_gettext(
        "They want no more texts: phone and agree on another way"
    ),
    TaskKind.STAFF_OPTED_OUT: lazy_gettext(
        "A phone of a colleague or of the site takes no texts, only calls: fix this"
    ),
    TaskKind.WRONG_NUMBER: lazy_gettext(
        "This number is somebody else's: ask for another"
    ),
    TaskKind.WORDS_TO_READ: lazy_gettext("Read what they wrote"),
    TaskKind.TEXT_UNSURE: lazy_gettext(
        "A text that may be somebody else's: phone and ask"
    ),
    TaskKind.TEXT_AFTER_END: lazy_gettext(
        "A text after they left the study: phone them"
    ),
    TaskKind.ASKED_FOR_HELP: lazy_gettext(
        "They asked for help by text: phone them now"
    ),
    TaskKind.UNKNOWN_TEXT: lazy_gettext("A text from an unknown number: read it"),
    TaskKind.TEXT_FAILED: lazy_gettext(
        "The portal failed to process a text: read it and phone now"
    ),
    TaskKind.STAFF_TEXT: lazy_gettext(
        "A colleague's text did not take any alert: read it"
    ),
    TaskKind.CANNOT_TEXT: lazy_gettext(
        "A number takes calls but no texts: ask for another"
    ),
    TaskKind.WATCH_SILENT: lazy_gettext(
        "The watch is silent: tell whoever runs the portal"
    ),
    TaskKind.PROVIDER_REFUSES: lazy_gettext(
        "The provider refuses our account: nothing goes out. Tell whoever runs the portal"
    ),
}
ENDINGS: Words = {  # of tasks that end by themselves or by a tick
    "The diary came.": lazy_gettext("The diary came."),
    "Read: nothing to do.": lazy_gettext("Read: nothing to do."),
    "The ward: still here.": lazy_gettext("The ward: still here."),
    "The ward: went home.": lazy_gettext("The ward: went home."),
    "The new consent was signed.": lazy_gettext("The new consent was signed."),
    "The day of discharge was corrected.": lazy_gettext(
        "The day of discharge was corrected."
    ),
}
OUTCOMES: Words = {
    "spoke": lazy_gettext("Spoke with them"),
    "told_to_attend": lazy_gettext("Told to come in"),
    "sent_to_emergency": lazy_gettext("Sent to the emergency department"),
    "admitted": lazy_gettext("Admitted"),
    "unreachable": lazy_gettext("Could not be reached (say what was tried)"),
    "data_error": lazy_gettext("An error in the data"),
}
REHEARSED: Words = {
    "gained": lazy_gettext("would have been added"),
    "lost": lazy_gettext("would not have been"),
    "changed": lazy_gettext("would have been another"),
}
ALERTS: Words = {
    AlertState.OPEN: lazy_gettext("waiting for an answer"),
    AlertState.ACKED: lazy_gettext("somebody has it"),
    AlertState.CLOSED: lazy_gettext("closed"),
}
REPORTERS: Words = {
    ReporterKind.SELF: lazy_gettext("the participant"),
    ReporterKind.CAREGIVER: lazy_gettext("the caregiver"),
}
VERSIONS: Words = {
    VersionKind.RED_FLAGS: lazy_gettext("red flags, first screen"),
    VersionKind.PARTIAL: lazy_gettext("sent while writing"),
    VersionKind.COMPLETE: lazy_gettext("whole diary"),
    VersionKind.CORRECTION: lazy_gettext("correction"),
}
SOURCES: Words = {
    EntrySource.APP: lazy_gettext("on the page"),
    EntrySource.TEXT: lazy_gettext("by text"),
    EntrySource.PHONE: lazy_gettext("by telephone"),
    EntrySource.STAFF: lazy_gettext("entered by staff"),
    EntrySource.JOURNAL: lazy_gettext("out of the red-flag journal"),
}
STATUSES: Words = {
    ParticipantStatus.ACTIVE: lazy_gettext("in follow-up"),
    ParticipantStatus.PAUSED: lazy_gettext("paused"),
    ParticipantStatus.WITHDRAWN: lazy_gettext("withdrawn"),
    ParticipantStatus.DIED: lazy_gettext("died"),
    ParticipantStatus.TRANSFERRED: lazy_gettext("transferred"),
    ParticipantStatus.COMPLETED: lazy_gettext("completed"),
}
VISITS: Words = {
    VisitState.PLANNED: lazy_gettext("planned"),
    VisitState.BOOKED: lazy_gettext("booked"),
    VisitState.ATTENDED: lazy_gettext("attended"),
    VisitState.MISSED: lazy_gettext("missed"),
    VisitState.CANCELLED: lazy_gettext("cancelled"),
}
WRITTEN: Words = {
    EntrySource.TEXT: lazy_gettext("by text"),
    "note": lazy_gettext("a note in the diary"),
    "reason": lazy_gettext("why they corrected an entry"),
}
TEXTS: Words = {
    InboundKind.STOP: lazy_gettext("asked for no more texts"),
    InboundKind.START: lazy_gettext("asked for texts again"),
    InboundKind.HELP: lazy_gettext("asked for help"),
    InboundKind.REPORT: lazy_gettext("a report by text"),
    InboundKind.WORDS: lazy_gettext("words by text"),
    InboundKind.WRONG_NUMBER: lazy_gettext("said that the number is wrong"),
    InboundKind.UNKNOWN: lazy_gettext("a text from an unknown number"),
}
REACHES: Words = {
    NumberState.WORKS: lazy_gettext("verified"),
    NumberState.STOPPED: lazy_gettext("takes no texts, only calls"),
    NumberState.UNVERIFIED: lazy_gettext("not verified yet"),
    NumberState.BROKEN: lazy_gettext("does not work"),
    NumberState.NONE: lazy_gettext("no number"),
}


def word(table: Words, code: str) -> str:
    """What a code is called; an unknown one is shown as it is."""
    return str(table.get(code, code))
