"""What every page says about its site: name, duty line, emergency number.

The last good reading is kept, because these numbers matter most when the database does
not answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app, g, has_app_context
from sqlalchemy.exc import SQLAlchemyError

from portal import study_versions
from portal.engine import holds
from portal.languages import LANGUAGES, MADE
from portal.people import site_facts
from portal.people.site_facts import SiteFacts
from portal.runtime import Runtime
from portal.web.frame.language import gettext, speaking

FRESH_SECONDS = 30.0


@dataclass(frozen=True)
class SiteCard:
    """A site as a page shows it."""

    name: str
    duty_line: str
    emergency_number: str
    time_zone: str
    country: str


@dataclass(frozen=True)
class _SiteFacts:
    cards: dict[int, dict[str, SiteCard]]
    unapproved: bool
    held: bool = False
    languages: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


NOTHING = SiteCard("", "", "120", "Asia/Shanghai", "CN")


class Sites:
    """The sites' cards, read at most twice a minute, kept when reading fails."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known = _SiteFacts({}, unapproved=True)
        self.refresh()

    def card(self, site_id: int | None, language: str) -> SiteCard:
        """The card of a site, else of the first one, else the country's numbers."""
        self.refresh()
        if site_id is not None and site_id not in self._known.cards:
            self.forget()  # it was opened since
            self.refresh()
        cards = self._known.cards
        first = next(iter(cards.values()), {})
        return cards.get(site_id or 0, first).get(language, NOTHING)

    def languages(self, version_id: int | None) -> tuple[str, ...]:
        """Those that a study version offers; of no version, those of all of them."""
        self.refresh()
        if version_id is not None and version_id not in self._known.languages:
            self.forget()  # it was loaded since
            self.refresh()
        known = self._known.languages
        if version_id is not None and version_id in known:
            return known[version_id]
        offered = {key for languages in known.values() for key in languages}
        return tuple(key for key in LANGUAGES if key in offered) or tuple(LANGUAGES)

    @property
    def unapproved(self) -> bool:
        """Whether a study in use still needs the investigator's signature."""
        self.refresh()
        return self._known.unapproved

    @property
    def held(self) -> bool:
        """Whether a person must release messages first: see ``engine.holds``."""
        self.refresh()
        return self._known.held

    def forget(self) -> None:
        """Read again when next asked."""
        self._read_at = float("-inf")
        if has_app_context():
            g.pop("no_site_read", None)

    def refresh(self) -> None:
        """Read again if it is time; after a failure the old values stay.

        Before there is a site it is time once for every page.
        """
        if time.monotonic() - self._read_at < FRESH_SECONDS or _read_for_this_page():
            return
        if not self._lock.acquire(blocking=False):
            return  # another request is reading
        try:
            self._known = self._read()
            if self._known.cards:
                self._read_at = time.monotonic()
            elif has_app_context():
                g.no_site_read = True
        except SQLAlchemyError:
            self._read_at = time.monotonic() - FRESH_SECONDS + 1  # once a second
        finally:
            self._lock.release()

    def _read(self) -> _SiteFacts:
        with self._runtime.reading() as session:
            cards = {site.id: _cards(site) for site in site_facts.every(session)}
            held = holds.standing(session).held
            languages = {  # read now, for when it cannot be asked
                version_id: self._runtime.study(session, version_id).languages
                for version_id in study_versions.every_id(session)
            }
            unapproved = study_versions.unapproved(session)
            return _SiteFacts(cards, unapproved, held, languages)


def _read_for_this_page() -> bool:
    return has_app_context() and bool(g.get("no_site_read"))


def _cards(site: SiteFacts) -> dict[str, SiteCard]:
    rest = (site.duty_line, site.emergency_number, site.time_zone, site.country)
    return {key: SiteCard(site.name.say(key), *rest) for key in (*LANGUAGES, *MADE)}


def sites() -> Sites:
    """The cards of this process."""
    found: Sites = current_app.extensions["sites"]
    return found


def held_words(language: str) -> str:
    """What every page says while messages are held; nothing otherwise."""
    if not sites().held:
        return ""
    with speaking(language):
        return gettext(
            "This portal is being repaired, and messages may not arrive. "
            "If you feel unwell, phone this number:"
        )


def site_card(language: str) -> SiteCard:
    """The card of the site of the ward's screen, the viewer, the phone, or the first."""
    viewer = g.get("viewer")
    reporter = g.get("reporter")
    screen = g.get("screen")
    if screen is not None:
        return sites().card(screen.site_id, language)
    if viewer is not None:
        return sites().card(viewer.site_id, language)
    return sites().card(reporter.person.site_id if reporter else None, language)
