"""The pages without a network: today, the whole diary, what to do, as one document.

The same macros render them as the pages with a network, in the study's own words. They
hold nothing about a person, because a phone keeps them for days.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.errors import NotFound
from portal.languages import LANGUAGES, MADE
from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import Group
from portal.protocol.study.model import Study
from portal.protocol.triage.for_phone import for_phone
from portal.web.frame import access, reporting
from portal.web.frame.language import language, speaking, tongue
from portal.web.frame.responses import assets
from portal.web.frame.sites import held_words, site_card, sites
from portal.web.offline.blueprint import kept
from portal.web.parts import answer_fields
from portal.web.parts.advice import both_places
from portal.web.parts.advice.wording import unbroken
from portal.web.parts.field_words import page_words

STYLES = ("css/portal.css", "css/records.css", "icons/icon.svg")
MOST_KEPT = 16
_rendered: dict[tuple[str, ...], str] = {}


def _serve(key: str) -> None:
    def shell() -> ResponseReturnValue:
        return Response(rendered(_study(), key))

    kept.add_url_rule(f"/offline/{key}", f"shell_{key}", shell)


for _key in (*LANGUAGES, *MADE):
    _serve(_key)


@kept.get("/offline/study")
def study_rules() -> ResponseReturnValue:
    """The study's rules as ``static/js/triage`` takes them."""
    return jsonify(for_phone(_study()))


def _study() -> Study:
    reporter = reporting.reporter()
    if reporter is None:
        raise NotFound("There is nothing here.")
    with access.runtime().reading() as db:
        return access.runtime().study(db, reporter.person.study_version_id)


def files(study: Study) -> list[str]:
    """What a phone keeps beside its record; every address is ours."""
    pages = [f"/offline/{key}" for key in _kept_in(study)]
    names = (*STYLES, *assets.modules())
    static = [url_for("static", filename=name) for name in names]
    return [*pages, "/offline/study", "/card/plain", *static]


def _kept_in(study: Study) -> list[str]:
    """The languages of the pages that a phone keeps: the study's, and the page's."""
    return list(dict.fromkeys([*study.languages, language()]))


def edition(study: Study) -> str:
    """What changes whenever a phone should fetch its copy of the pages again."""
    said = "".join(rendered(study, key) for key in _kept_in(study))
    mark = f"{study.sha256} {assets.engine_version()} {said}"
    return hashlib.sha256(mark.encode()).hexdigest()[:16]


def rendered(study: Study, key: str) -> str:
    """The document in one language; made once for each study and site."""
    card = site_card(key)
    rest = (held_words(key), str(sites().unapproved), assets.engine_version())
    edition_of = (study.sha256, key, str(card), *rest)
    if edition_of not in _rendered:
        while len(_rendered) >= MOST_KEPT:
            _rendered.pop(next(iter(_rendered)))
        _rendered[edition_of] = _render(study, key)
    return _rendered[edition_of]


def _render(study: Study, key: str) -> str:
    with speaking(key):
        return render_template(
            "offline/shell.html",
            language=key,
            tongue=tongue(key),
            site=site_card(key),
            held_words=held_words(key),
            language_links=False,
            others=[LANGUAGES[one] for one in study.languages if one != key],
            flags=_field(study, study.red_flags, key),
            who=_field(study, REPORTER, key) if REPORTER in study.items else None,
            screens=[_screen(study, group, key) for group in study.groups[1:]],
            messages=_messages(study, key),
            ring=study.ring.say(key) if study.ring else "",
            both=both_places.unfilled(unbroken(site_card(key).duty_line)),
        )


def _screen(study: Study, group: Group, key: str) -> dict[str, Any]:
    return {
        "id": group.id,
        "title": group.title.say(key),
        "none_label": group.none_label.say(key) if group.none_label else None,
        "fields": [_field(study, name, key) for name in group.items],
    }


def _field(study: Study, name: str, key: str) -> dict[str, Any]:
    words = page_words()
    item = study.items[name]
    return answer_fields.field(item, None, language=key, error=None, words=words)


def _messages(study: Study, key: str) -> dict[str, str]:
    """The study's own words for the page, as a phone fills them in."""
    wanted = ("not_sent", "on_ward", "since", "by_caregiver")
    said = ((name, study.messages.get(name)) for name in wanted)
    return {name: one.text.say(key) for name, one in said if one is not None}
