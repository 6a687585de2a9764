"""Every table in one namespace, for whoever needs the whole schema."""

from portal.db.access import Challenge, Device, LoginSession, Try
from portal.db.alerts import Alert, AlertEvent, AlertFinding, Task
from portal.db.audit import Audit
from portal.db.base import Base
from portal.db.engine import Beat, Lease, StudyClock
from portal.db.followup import Draft, Entry, EntryConflict, EntryVersion, Visit
from portal.db.outbox import Attempt, Handset, Message, ProviderEvent
from portal.db.people import (
    Caregiver,
    Consent,
    Contact,
    Participant,
    Shift,
    Site,
    Staff,
    Stay,
    StudyVersion,
)

APPEND_ONLY = (
    StudyVersion,
    Consent,
    Entry,
    EntryVersion,
    EntryConflict,
    AlertFinding,
    AlertEvent,
    ProviderEvent,
    Audit,
)

__all__ = [
    "APPEND_ONLY",
    "Alert",
    "AlertEvent",
    "AlertFinding",
    "Attempt",
    "Audit",
    "Base",
    "Beat",
    "Caregiver",
    "Challenge",
    "Consent",
    "Contact",
    "Device",
    "Draft",
    "Entry",
    "EntryConflict",
    "EntryVersion",
    "Handset",
    "Lease",
    "LoginSession",
    "Message",
    "Participant",
    "ProviderEvent",
    "Shift",
    "Site",
    "Staff",
    "Stay",
    "StudyClock",
    "StudyVersion",
    "Task",
    "Try",
    "Visit",
]
