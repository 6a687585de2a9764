"""What comes in, made harmless before any view sees it.

Text that no database or page can hold (NUL, control characters, half a character) is
replaced, not refused, so that a stray byte in a note never stops a report. Marks that
turn the direction of text, which address books put around a number, are dropped. A
number that is not one stays as text; the field's own check refuses it.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from flask import Flask, Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError
from werkzeug.utils import cached_property

from portal.characters import nfc

LARGEST_ID = 2**31 - 1
LONGEST_SEGMENT = 64
DEEPEST = 20
MOST_FIELDS = 500  # values of a form or query
MOST_VALUES = 5_000  # of a JSON text, its lists and keys counted
URL_ENCODED = "application/x-www-form-urlencoded"
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # the direction of text round
UNUSABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f"  # controls but tab and line ends
    "\u202a-\u202e\u2066-\u2069"  # gone by then, but not from a path
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters at all
    "\ud800-\udfff]"  # half a character
)


def clean(text: str) -> str:
    """Text that every database keeps and every page shows, in one Unicode form."""
    plain = UNUSABLE.sub("\N{REPLACEMENT CHARACTER}", TURNING.sub("", text))
    return nfc(plain)


class CleanRequest(Request):
    """A request whose form, query and JSON are clean already."""

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        if self.mimetype == URL_ENCODED and self._fields() > MOST_FIELDS:
            raise RequestEntityTooLarge
        super()._load_form_data()
        self.__dict__["form"] = _clean_values(self.form)

    def _fields(self) -> int:
        """How many values a form sends, counted before any of them is read."""
        return self.get_data(parse_form_data=False).count(b"&") + 1

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query's values; more than a form may have are dropped."""
        parts = self.query_string.split(b"&", MOST_FIELDS)
        self.query_string = b"&".join(parts[:MOST_FIELDS])
        return _clean_values(super().args)

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """One answer for everything that is not JSON."""
        raise BadRequest("This is not JSON that can be read.") from e


class CleanIds(IntegerConverter):
    """A whole number in a path that fits a database; with more digits there is no page."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Any, **kwargs: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **kwargs})


class CleanText(UnicodeConverter):
    """A part of a path: short, and something that can be looked up."""

    def to_python(self, value: str) -> str:
        """Refuse what cannot name a row."""
        if len(value) > LONGEST_SEGMENT or UNUSABLE.search(value) or "\ufffd" in value:
            raise ValidationError
        return value


def _clean_values(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        (clean(name), clean(value)) for name, value in values.items(multi=True)
    )


class CleanJson(DefaultJSONProvider):
    """Reads JSON strictly: no number that is not one, no endless nesting."""

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Python values of a JSON text.

        Raises:
            ValueError: it is no JSON, is nested too deep, holds too many values, or
                names a key twice.
        """
        try:
            found = json.loads(
                s,
                parse_constant=str,
                parse_float=_finite,
                object_pairs_hook=_once_each,
            )
            return _CleanTree().of(found)
        except RecursionError:
            raise ValueError("nested too deep") from None


def _finite(text: str) -> float | str:
    number = float(text)
    return text if number in (float("inf"), float("-inf")) else number


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


class _CleanTree:
    """Cleans a tree of values, as far as there are not too many."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def of(self, value: Any, depth: int = 0) -> Any:
        """The value with every text in it clean."""
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            raise ValueError("nested too deep, or too many values")
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {clean(key): self.of(each, depth + 1) for key, each in value.items()}
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if abs(value) > 2**53 else value
        return value


def text(name: str, *, longest: int) -> str:
    """A form's value without blanks around it, cut after ``longest``."""
    return request.form.get(name, "").strip()[:longest]


def usable_uuid(text: str) -> str:
    """The form's own UUID, or a new one if the form's is not a UUID."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid4())


def install(app: Flask) -> None:
    """Make every request of ``app`` clean, and every path short."""
    app.request_class = CleanRequest
    app.json = CleanJson(app)
    app.url_map.converters["int"] = CleanIds
    app.url_map.converters["default"] = CleanText
    app.url_map.converters["string"] = CleanText
