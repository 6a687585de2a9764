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
from portal.protocol.study.form import Group
from portal.protocol.study.model import Study
from portal.protocol.triage.for_phone import for_phone
from portal.web.frame import access, assets, reporting
from portal.web.frame.language import LOCALES, speaking
from portal.web.frame.sites import held_words, site_card, sites
from portal.web.offline.blueprint import kept
from portal.web.parts import answer_fields, both_places
from portal.web.parts.field_words import page_words
from portal.web.parts.wording import unbroken

PAGES = ("/offline/zh", "/offline/en")
STYLES = ("css/portal.css", "css/records.css", "icons/icon.svg")
MOST_KEPT = 16
_rendered: dict[tuple[str, ...], str] = {}


@kept.get("/offline/zh")
def shell_zh() -> ResponseReturnValue:
    return _page("zh")


@kept.get("/offline/en")
def shell_en() -> ResponseReturnValue:
    return _page("en")


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


def files() -> list[str]:
    """What a phone keeps beside its record; every address is ours."""
    names = (*STYLES, *assets.modules())
    static = [url_for("static", filename=name) for name in names]
    return [*PAGES, "/offline/study", "/card/plain", *static]


def edition(study: Study) -> str:
    """What changes whenever a phone should fetch its copy of the pages again."""
    said = "".join(rendered(study, short) for short in LOCALES)
    mark = f"{study.sha256} {assets.engine_version()} {said}"
    return hashlib.sha256(mark.encode()).hexdigest()[:16]


def _page(short: str) -> Response:
    return Response(rendered(_study(), short))


def rendered(study: Study, short: str) -> str:
    """The document in one language; made once for each study and site."""
    card = site_card(short)
    rest = (held_words(short), str(sites().unapproved), assets.engine_version())
    key = (study.sha256, short, str(card), *rest)
    if key not in _rendered:
        while len(_rendered) >= MOST_KEPT:
            _rendered.pop(next(iter(_rendered)))
        _rendered[key] = _render(study, short)
    return _rendered[key]


def _render(study: Study, short: str) -> str:
    with speaking(short):
        return render_template(
            "offline/shell.html",
            language=short,
            site=site_card(short),
            held_words=held_words(short),
            language_links=False,
            other="en" if short == "zh" else "zh",
            flags=_field(study, "emerg", short),
            who=_field(study, "reporter", short),
            screens=[_screen(study, group, short) for group in study.groups[1:]],
            messages=_messages(study, short),
            both=both_places.unfilled(unbroken(site_card(short).duty_line)),
        )


def _screen(study: Study, group: Group, short: str) -> dict[str, Any]:
    return {
        "id": group.id,
        "title": group.title.say(short),
        "none_label": group.none_label.say(short) if group.none_label else None,
        "fields": [_field(study, name, short) for name in group.items],
    }


def _field(study: Study, name: str, short: str) -> dict[str, Any]:
    words = page_words()
    item = study.items[name]
    return answer_fields.field(item, None, language=short, error=None, words=words)


def _messages(study: Study, short: str) -> dict[str, str]:
    """The study's own words for the page, as a phone fills them in."""
    wanted = ("L-not-sent", "M-W", "P-ward", "Q-since", "Q-caregiver")
    said = ((name, study.messages.get(name)) for name in wanted)
    return {name: one.text.say(short) for name, one in said if one is not None}
