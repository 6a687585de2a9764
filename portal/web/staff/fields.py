"""Days and moments from a form, in the site's zone, each refusal at its field.

A rare value, and every number that will be kept, is asked about once: the form that
comes back names it in ``asked``, and is accepted while that value is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import request

from portal import phone_numbers
from portal.errors import Doubtful, Faults, InvalidInput
from portal.web.frame import forms
from portal.web.parts.advice.wording import unbroken

LONGEST = phone_numbers.LONGEST  # of a value that is asked about
Value = TypeVar("Value")


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
    """A day, or None if nothing was written.

    Raises:
        InvalidInput: what was written is no day.
    """
    return day(name) if forms.text(name, longest=20) else None


def moment(name: str, zone: str) -> datetime:
    """A moment, from a local date and time in ``zone``.

    Raises:
        InvalidInput: it is none, or is outside what a calendar can hold.
    """
    try:
        local = datetime.fromisoformat(forms.text(name, longest=25))
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("Choose day and time.", field=name) from None


def moment_or_none(name: str, zone: str) -> datetime | None:
    """A moment, or None if nothing was written.

    Raises:
        InvalidInput: what was written is no moment.
    """
    return moment(name, zone) if forms.text(name, longest=25) else None


def number(name: str) -> int | None:
    """A whole number, or None if nothing was written or chosen.

    Raises:
        InvalidInput: it is none.
    """
    written = forms.text(name, longest=12)
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and int(written) < 2**31):
        raise InvalidInput("This is not a number.", field=name)
    return int(written)


class UnreadFields:
    """Unreadable values of one form, reported together with its other faults."""

    def __init__(self) -> None:
        self.found: list[InvalidInput] = []

    def read(self, reader: Callable[..., Value], *arguments: str) -> Value | None:
        """A value, or None if it could not be read."""
        try:
            return reader(*arguments)
        except InvalidInput as refusal:
            self.found.append(refusal)
            return None

    def refuse(self) -> None:
        """Store nothing from a form that could not be read completely.

        Raises:
            Faults: something could not be read.
        """
        if self.found:
            raise Faults(self.found)


def every(error: InvalidInput) -> Sequence[InvalidInput]:
    """One refusal, or each of several reported together."""
    return error.every if isinstance(error, Faults) else (error,)


def mobile(name: str, country: str) -> str:
    """A number that takes texts, in E.164, after it was read back and sent again.

    Raises:
        InvalidInput: it is none; the sentence says what is wrong with it.
        Doubtful: it was not read back yet; the sentence reads it back.
    """
    number = phone_numbers.to_mobile(typed_number(name), country)
    if not sure(name):
        raise Doubtful(
            "We read this number as %(number)s. Check it. If it is right, send this "
            "once more.",
            field=name,
            number=unbroken(phone_numbers.grouped(number)),
        )
    return number


def typed_number(name: str) -> str:
    """A number as typed: a number that is too long is never cut into another number."""
    return forms.text(name, longest=phone_numbers.LONGEST + 1)


def sure(name: str) -> bool:
    """Whether this same value was asked about and was sent again."""
    return _as_asked(name) in request.form.getlist("asked")


def asked(*errors: InvalidInput) -> list[str]:
    """What the form names as asked about, with what is asked now."""
    doubts = [
        one for error in errors for one in every(error) if isinstance(one, Doubtful)
    ]
    now = [_as_asked(one.field or "") for one in doubts]
    return list(dict.fromkeys([*request.form.getlist("asked"), *now]))


def _as_asked(name: str) -> str:
    return f"{name}={forms.text(name, longest=LONGEST)}"
