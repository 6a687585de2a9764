"""Days and moments out of a form, in the site's zone, each refusal by its field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from portal.core.errors import InvalidInput
from portal.web import forms


def day(name: str) -> date:
    """A day.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return date.fromisoformat(forms.text(name, longest=20))
    except ValueError:
        raise InvalidInput("Write the day like 2026-03-10.", field=name) from None


def day_or_none(name: str) -> date | None:
    """A day, or None where nothing was written.

    Raises:
        InvalidInput: what was written is no day.
    """
    return day(name) if forms.text(name, longest=20) else None


def moment(name: str, zone: str) -> datetime:
    """A moment, from a local date and time in ``zone``.

    Raises:
        InvalidInput: it is none, or lies outside what a calendar can hold.
    """
    try:
        local = datetime.fromisoformat(forms.text(name, longest=25))
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("Choose day and time.", field=name) from None


def moment_or_none(name: str, zone: str) -> datetime | None:
    """A moment, or None where nothing was written.

    Raises:
        InvalidInput: what was written is no moment.
    """
    return moment(name, zone) if forms.text(name, longest=25) else None


def number(name: str) -> int | None:
    """A whole number, or None where nothing was written or chosen.

    Raises:
        InvalidInput: it is none.
    """
    written = forms.text(name, longest=12)
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and int(written) < 2**31):
        raise InvalidInput("This is not a number.", field=name)
    return int(written)
