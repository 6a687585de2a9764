"""A sign-in code on paper, for a person whom texts do not reach: made, shown, printed.

The answer to the form is the sheet itself and not another page, because the digits are
not kept: shown once, printed, and gone. A new code ends the one before.
"""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.enrolment import numbers
from portal.errors import NotFound
from portal.people import reporters
from portal.people.access import paper_codes, visible
from portal.people.access.paper_codes import PrintedCode
from portal.people.reporters import Person
from portal.web.frame import access, filters, sites
from portal.web.frame.access import needs
from portal.web.frame.language import gettext, speaking, tongue
from portal.web.parts import qr
from portal.web.staff import fields
from portal.web.staff.frame import blueprint, now, staff_page, viewer, zone


@blueprint.post("/participants/<code>/contacts/paper")
@needs("contacts")
def make_paper_code(code: str) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.writing() as db:
        row = visible.participant(db, viewer(), code)
        owner = numbers.owner_of(db, row, fields.number("caregiver"))
        person = reporters.find(db, row.id, owner.caregiver_id)
        if person is None:
            raise NotFound("There is nobody here who may sign in.")
        made = paper_codes.make(
            db,
            access.keyring(),
            person,
            actor=viewer().actor,
            now=now(),
            real_now=runtime.real_now(),
        )
    return staff_page(
        "staff/paper.html", "participants", code=row.code, **_sheet(person, made)
    )


def _sheet(person: Person, made: PrintedCode) -> dict[str, Any]:
    """What is printed, in the language of the person who gets it."""
    address = f"{access.runtime().settings.public_url.rstrip('/')}/sign-in/paper"
    site = sites.sites().card(person.site_id, person.language)
    with speaking(person.language):
        words = _words(person, made, site.duty_line)
    sheet = {
        "language": tongue(person.language).tag,
        "site": site.name,
        "address": address,
        "code": made.code,
        "qr": qr.drawing(address),
    }
    return {"sheet": sheet | words}


def _words(person: Person, made: PrintedCode, duty_line: str) -> dict[str, Any]:
    until = filters.moment(made.expires_at, zone(), person.language)
    return {
        "title": gettext("Your code on paper for signing in"),
        "steps": [
            gettext("Open this page on your phone, or point its camera at the square:"),
            gettext("Type these %(digits)s digits:", digits=paper_codes.DIGITS),
        ],
        "notes": [
            gettext("It works once, on one phone, until %(at)s.", at=until),
            gettext("Show it to nobody else. Lost it? Tell your study team."),
            gettext(
                "If you feel unwell, do not wait for it: phone %(number)s.",
                number=duty_line,
            ),
        ],
    }
