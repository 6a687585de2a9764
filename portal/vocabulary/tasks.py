"""The states and the kinds of tasks."""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """The state of a task."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What a task asks somebody to do; ``web.staff.words`` has the wording."""

    # What an entry reports
    REVIEW = "review"
    SAME_AGAIN = "same_again"
    DATA_QUALITY = "data_quality"
    AWAY = "away"
    DEVIATION = "deviation"
    PRIVATE = "private"
    UNREADABLE_DIARY = "unreadable_diary"
    RECONSENT = "reconsent"
    CORRECTION = "correction"
    # What did not come, or did not take place
    MISSING_DIARY = "missing_diary"
    VISIT_MISSED = "visit_missed"
    WINDOW_CLOSING = "window_closing"
    VISITS_TO_CHECK = "visits_to_check"
    RECHECK_MISSED = "recheck_missed"
    # What people wrote
    WORDS_TO_READ = "words_to_read"
    TEXT_UNSURE = "text_unsure"
    TEXT_AFTER_END = "text_after_end"
    ASKED_FOR_HELP = "asked_for_help"
    UNKNOWN_TEXT = "unknown_text"
    STAFF_TEXT = "staff_text"
    TEXT_FAILED = "text_failed"
    # How people are reached
    UNCONFIRMED = "unconfirmed"
    UNSENT = "unsent"
    REMINDER_EXPIRED = "reminder_expired"
    BROKEN_CONTACT = "broken_contact"
    NO_NUMBER = "no_number"
    WRONG_NUMBER = "wrong_number"
    CANNOT_TEXT = "cannot_text"
    OPTED_OUT = "opted_out"
    STAFF_OPTED_OUT = "staff_opted_out"
    # What an alert, the rota and the portal itself need
    LADDER = "ladder"
    ROTA_GAP = "rota_gap"
    HELD_BACK = "held_back"
    WATCH_SILENT = "watch_silent"
    PROVIDER_REFUSES = "provider_refuses"
