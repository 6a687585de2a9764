"""Every table in one namespace, for whoever needs the whole schema."""

from portal.db.access import (
    Challenge,
    Device,
    LoginSession,
    PaperCode,
    Siren,
    Try,
)
from portal.db.alerts import Alert, AlertEvent, AlertFinding, PlannedCall, Task
from portal.db.audit import Audit
from portal.db.base import Base
from portal.db.engine import Beat, HeldBack, Lease, StudyClock
from portal.db.followup import (
    CorrectionRequest,
    Draft,
    Entry,
    EntryConflict,
    EntryVersion,
    Handwriting,
    Visit,
    VisitChange,
)
from portal.db.holding import Hold, Home, SentBefore
from portal.db.outbox import (
    Attempt,
    Handset,
    Inbound,
    Message,
    OptOut,
    ProviderEvent,
)
from portal.db.people import (
    Caregiver,
    Consent,
    Contact,
    Participant,
    Shift,
    Site,
    Staff,
    StatusChange,
    Stay,
    StudyVersion,
)

APPEND_ONLY = (
    StudyVersion,
    Consent,
    Entry,
    EntryVersion,
    EntryConflict,
    Handwriting,
    AlertFinding,
    AlertEvent,
    PlannedCall,
    ProviderEvent,
    Audit,
    StatusChange,
    VisitChange,
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
    "CorrectionRequest",
    "Device",
    "Draft",
    "Entry",
    "EntryConflict",
    "EntryVersion",
    "Handset",
    "HeldBack",
    "Hold",
    "Home",
    "Inbound",
    "Lease",
    "LoginSession",
    "Message",
    "OptOut",
    "PaperCode",
    "Participant",
    "PlannedCall",
    "ProviderEvent",
    "SentBefore",
    "Shift",
    "Siren",
    "Site",
    "Staff",
    "StatusChange",
    "Stay",
    "StudyClock",
    "StudyVersion",
    "Task",
    "Try",
    "Visit",
    "VisitChange",
]
