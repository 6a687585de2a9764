"""What stands on a screen that nobody has sent yet: kept at each answer.

A reload, a phone call or a dead battery loses no word. Nothing is judged here; that
happens when the person goes on, or after ten minutes of silence.
"""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.diary import drafts, handwriting
from portal.web.diary import doubts
from portal.web.diary.blueprint import blueprint, desk
from portal.web.diary.screens import given_on, screen_of, screens_of
from portal.web.frame import access


@blueprint.post("/diary/<draft_id>/<int:number>/keep")
def keep(draft_id: str, number: int) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.reading() as db:
        writing = desk(db)
        drafts.own(db, writing.participant, draft_id)
        items = screen_of(screens_of(db, writing), number).items
    given = given_on(items)
    wrong = doubts.wrong(items, given)
    kept = {name: value for name, value in given.items() if name not in wrong}
    with runtime.writing() as db:
        participant, now = desk(db).participant, runtime.now()
        drafts.keep(db, participant, draft_id, kept, now=now)
        draft = drafts.own(db, participant, draft_id)
        handwriting.hold(draft, request.form.get("strokes"), now=now)
    return "", 204
