"""The answers on a screen that was not sent yet: kept at each answer.

A reload, a phone call or a dead battery loses no word. Nothing is judged here; that
happens when the person continues, or after ten minutes of silence.
"""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.diary.writing import draft_screens
from portal.web.diary import doubtful_answers
from portal.web.diary.blueprint import blueprint, desk_of
from portal.web.diary.screens import given_on, screen_of, screens_of
from portal.web.frame import access


@blueprint.post("/diary/<draft_id>/<int:number>/keep")
def keep(draft_id: str, number: int) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.reading() as db:
        writing = desk_of(db, draft_id)
        draft_screens.open_draft(writing.case, draft_id)
        items = screen_of(screens_of(writing), number).items
    given = given_on(items)
    wrong = doubtful_answers.wrong(items, given)
    kept = {name: value for name, value in given.items() if name not in wrong}
    with runtime.writing() as db:
        draft_screens.keep(
            desk_of(db, draft_id).case, draft_id, kept, request.form.get("strokes")
        )
    return "", 204
