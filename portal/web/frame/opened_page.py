"""For whom a page of the diary was opened, on which phone, in which language.

Its forms carry that, signed, because the browser's session may change under an open
page: a PIN typed in another tab, a sign-out, a lost cookie. This alone opens nothing:
something in this browser must still be allowed to report for that very person. There is
no time limit. While keys are changed, a page that the previous key signed is valid too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from portal.people.access import keys
from portal.people.access.keys import Keyring
from portal.people.reporters import Person
from portal.web.frame.cookies import DEVICE, read_cookie

FIELD = "opened"
REPORTS = "diary"  # the blueprint whose forms are reports
CORRECTION = "participant.send_correction"
KEPT = "kept.take"  # an entry that waited on a phone names its person itself
LENGTH = 32


@dataclass(frozen=True)
class OpenedPage:
    """What an open page says about itself. ``text`` is what its forms carry.

    ``person`` and ``phone`` are hashes that name nobody; ``phone`` is "-" if the page
    was read by signing in, on a phone that is not enrolled.
    """

    text: str = field(repr=False)
    language: str
    person: str
    phone: str
    key: str = field(repr=False)

    @property
    def on_this_phone(self) -> bool:
        """Whether this browser holds the same credential as then."""
        return self.phone != "-" and keys.same(self.phone, _phone(self.key))


def person_key(person: Person, key: str | None = None) -> str:
    """Whose report it is, on a phone that two people share: a hash that names nobody."""
    who = (str(person.participant_id), str(person.caregiver_id or ""))
    return Keyring(key or _keys()[0]).digest("kept entry", *who)[:LENGTH]


def seal(person: Person, language: str, *, enrolled: bool) -> str:
    """What the forms of a page that ``person`` sees now carry."""
    key = _keys()[0]
    said = (language, person_key(person, key), _phone(key) if enrolled else "-")
    return ".".join((*said, _mac(key, said)))


def page() -> OpenedPage | None:
    """What the page of this request says about itself; None: nothing that we signed."""
    if "opened" not in g:
        g.opened = _read()
    found: OpenedPage | None = g.opened
    return found


def takes_report() -> bool:
    """Whether this request goes to a page that takes reports."""
    return request.blueprint == REPORTS or request.endpoint == CORRECTION


def says_whose() -> bool:
    """Whether the request names a person."""
    return page() is not None or _kept_for() is not None


def is_for(person: Person) -> bool:
    """Whether the request is this person's."""
    if (kept := _kept_for()) is not None:
        return any(keys.same(kept, person_key(person, key)) for key in _keys())
    found = page()
    return found is not None and keys.same(found.person, person_key(person, found.key))


def _kept_for() -> str | None:
    if request.endpoint != KEPT or not request.is_json:
        return None
    said = request.get_json(silent=True)
    named = str(said.get("person")) if isinstance(said, dict) else ""
    return named if named.isascii() else ""


def _read() -> OpenedPage | None:
    try:
        safe = request.method in ("GET", "HEAD")
        text = (request.args if safe else request.form).get(FIELD, "")
    except HTTPException:  # a form that is refused for its size says nothing
        return None
    said = tuple(text.split("."))
    if len(said) != 4 or not text.isascii():
        return None
    for key in _keys():
        if keys.same(said[3], _mac(key, said[:3])):
            return OpenedPage(text, *said[:3], key=key)
    return None


def _mac(key: str, said: tuple[str, ...]) -> str:
    return Keyring(key).digest("opened page", *said)[:LENGTH]


def _phone(key: str) -> str:
    held = read_cookie(DEVICE) or ""
    return Keyring(key).digest("opened on", keys.token_hash(held))[:LENGTH]


def _keys() -> list[str]:
    older = current_app.config["SECRET_KEY_FALLBACKS"] or []
    return [str(key) for key in (current_app.secret_key, *older)]
