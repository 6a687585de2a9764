"""A report that nobody in this browser may make: kept on the page, and still answered.

The person signed out, the phone was switched off, or it is another person's: nothing is
stored for anybody. If this browser may still report for the person of the page, the
ticks are judged in their phase, and the advice is for the place where they are.
Otherwise nobody knows who it is: the ticks are judged in the phase where they are
worst, by any known study, and the advice is for both places. The page says that nobody
has been told and whom to phone now, in the language of the page that was sent, and
keeps the whole form to be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from portal import study_versions
from portal.errors import EntryRefused, NotAllowed, PortalError
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge, told_for
from portal.protocol.triage.verdict import Verdict
from portal.web.frame import access, opened_page, origin, own_paths, reporting
from portal.web.frame.access import SignInNeeded
from portal.web.frame.language import gettext, language
from portal.web.frame.origin import StaleForm
from portal.web.frame.sites import SiteCard, site_card
from portal.web.parts import answer_fields
from portal.web.parts.advice import advice_lines, calls
from portal.web.parts.advice.calls import Button, LineToCall, OfferedCall
from portal.web.parts.advice.wording import unbroken

OURS = frozenset({"csrf_token", opened_page.FIELD})
MOST_JUDGED = 2000  # characters of an answer: the sender is not known
Standing = tuple[Study, str | None, Place]  # a phase of None: the worst of all
MEANWHILE = "diary.keep"  # script keeps a screen: no page is waited for


@dataclass(frozen=True)
class Judged:
    """What was sent, judged by one study."""

    study: Study
    verdict: Verdict
    said: tuple[str, ...]  # in the words of the screen


def was_refused(error: PortalError) -> bool:
    """Whether this refusal stopped a report that came from a page of ours."""
    if (
        request.method in origin.SAFE
        or request.is_json
        or not opened_page.takes_report()
    ):
        return False
    ours = isinstance(error, StaleForm | SignInNeeded | NotAllowed)
    return ours and request.endpoint != MEANWHILE


def page() -> Response:
    """What to do now, that nobody was told, and the form to send again."""
    judged, site = _judged(), site_card(language())
    lines = _lines(judged, site)
    shown = render_template(
        "participant/unsent.html",
        tier=judged.verdict.tier.value if judged else "",
        heading=_heading(judged, site, lines),
        lines=lines,
        calls=_calls(judged, site),
        said=judged.said if judged else (),
        action=request.path,
        fields=_fields(),
        **_way_on(),
    )
    return Response(shown, 403 if _is_anothers() else 401)


def _judged() -> Judged | None:
    """The worst verdict; None if nothing is serious."""
    found = [one for each in _standings() if (one := _by(*each)) is not None]
    return max(found, key=lambda one: one.verdict.tier.rank, default=None)


def _standings() -> tuple[Standing, ...]:
    """That of the person of the page, if this browser may report for them."""
    try:
        own = _own_standing()
    except SQLAlchemyError:
        own = None
    if own is not None:
        return (own,)
    return tuple((study, None, Place.UNKNOWN) for study in _studies())


def _own_standing() -> Standing | None:
    found = reporting.reporter()
    if found is None:
        return None
    with access.runtime().reading() as db:
        case = reporting.case_of(db, found)
        return case.study, case.phase, case.place


def _studies() -> tuple[Study, ...]:
    """The known studies, or else the newest, if it can be read."""
    runtime = access.runtime()
    if not runtime.known_studies():
        try:
            with runtime.reading() as db:
                newest = study_versions.newest(db)
                return (runtime.study(db, newest.id),) if newest else ()
        except SQLAlchemyError:
            return ()
    return runtime.known_studies()


def _by(study: Study, phase: str | None, place: Place) -> Judged | None:
    given = answer_fields.read_screen(study.items, _within_reason(), none=False)
    try:
        verdict = judge(study, phase, given, place=place)
    except EntryRefused:
        return None
    if not verdict.tier.pages:
        return None
    said = [
        word
        for name, answer in given.items()
        for word in _words(study.items[name], answer)
    ]
    return Judged(study, verdict, tuple(said))


def _within_reason() -> MultiDict[str, str]:
    """The form, with as much of each answer as is judged for an unknown sender."""
    said = request.form.items(multi=True)
    return MultiDict((name, value[:MOST_JUDGED]) for name, value in said)


def _words(item: Item, answer: object) -> Iterator[str]:
    """What the person ticked, or typed as a temperature, in the screen's words."""
    if item.kind is ItemKind.MULTI and isinstance(answer, list):
        said = {
            str(choice.code): choice.label.say(language()) for choice in item.choices
        }
        yield from (said[code] for code in answer if code in said)
    elif item.kind is ItemKind.TEMPERATURE and isinstance(answer, dict):
        yield str(answer["value"])


def _lines(judged: Judged | None, site: SiteCard) -> list[str]:
    if judged is None:
        return []
    values = {
        "phone": unbroken(site.duty_line),
        "emergency": site.emergency_number,
    }
    return advice_lines.unsent(judged.study, judged.verdict, values)


def _heading(judged: Judged | None, site: SiteCard, lines: list[str]) -> str:
    """What to do first. If nobody knows the place, the advice is for both."""
    if judged is None:
        return gettext("This was not sent")
    place = told_for(judged.study, judged.verdict)
    if place is Place.UNKNOWN:
        return lines.pop(0)
    if place is Place.WARD:
        return gettext("Not sent: ring for the nurse now")
    if judged.verdict.tier is Tier.EMERGENCY:
        number = site.emergency_number
        return gettext("Not sent: call %(number)s now", number=number)
    return gettext("Not sent: call now")


def _calls(judged: Judged | None, site: SiteCard) -> list[Button]:
    """Whom to phone; the duty line even if nothing was serious."""
    who: tuple[OfferedCall, ...] = (OfferedCall(LineToCall.DUTY, first=False),)
    if judged is not None:
        who = calls.calls(judged.study, judged.verdict, sent=False)
    return [one for each in who if (one := calls.button(each, site)).number]


def _fields() -> list[tuple[str, str]]:
    """Everything that was sent, except the marks of its page."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in OURS
    ]


def _way_on() -> dict[str, str | None]:
    """Why it was refused, the mark for sending it again, and where to sign in.

    The form keeps whose page it was. A form that does not say so may be sent by the
    person who reports from this browser now, if the browser itself confirms the page.
    """
    page = opened_page.page()
    if _may_now() and origin.is_surely_ours():
        return {"why": _old(), "mark": reporting.mark(), "sign_in": None}
    mark = page.text if page is not None else ""
    if _is_anothers():
        return {"why": _another(), "mark": mark, "sign_in": "/sign-in?other=1"}
    return {"why": _unknown(), "mark": mark, "sign_in": own_paths.way_in()}


def _may_now() -> bool:
    if request.blueprint == opened_page.REPORTS:
        return reporting.reporter() is not None
    return reporting.reads_as_owner()


def _is_anothers() -> bool:
    here = reporting.reporter()
    return reporting.is_anothers() or (here is not None and not here.usual)


def _old() -> str:
    return gettext(
        "This page was open for too long. What you entered is kept on this page: send "
        "it again."
    )


def _another() -> str:
    return gettext(
        "Somebody else has signed in on this phone since this page was opened. What was "
        "entered is kept on this page: sign in as the person it is about, come back "
        "here, and send it again."
    )


def _unknown() -> str:
    return gettext(
        "This phone may not report any more, or was signed out. What you entered is "
        "kept on this page: sign in, come back here, and send it again."
    )
