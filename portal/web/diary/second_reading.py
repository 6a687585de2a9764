"""A second reading: the red flags, then what is measured again, and it is sent."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.diary.writing import draft_screens
from portal.errors import NotFound
from portal.web.diary import doubtful_answers
from portal.web.diary.blueprint import DiaryContext, blueprint, desk_of
from portal.web.diary.screens import Screen, draft_page, given_on, screens_of, to_advice
from portal.web.frame import access


@blueprint.get("/diary/<draft_id>/reading")
def show_reading(draft_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        writing = desk_of(db, draft_id)
        draft = draft_screens.open_draft(writing.case, draft_id)
        return draft_page(writing, draft, _screen(writing), draft.answers, {})


@blueprint.post("/diary/<draft_id>/reading")
def send_reading(draft_id: str) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.reading() as db:
        writing = desk_of(db, draft_id)
        draft = draft_screens.open_draft(writing.case, draft_id)
        screen = _screen(writing)
    given = given_on(screen.items)
    wrong = doubtful_answers.needed(screen.items, given, next(iter(screen.items)))
    asked = doubtful_answers.asking(draft, screen.items, given)
    if not wrong:
        with runtime.writing() as db:
            writer = writing.writer(draft.reporter)
            receipt = draft_screens.send_reading(
                desk_of(db, draft_id).case, draft_id, given, writer, asking=asked
            )
        if receipt is not None:
            return to_advice(receipt, draft_id, None)
    return draft_page(writing, draft, screen, {**draft.answers, **given}, wrong | asked)


def _screen(writing: DiaryContext) -> Screen:
    """The screen that asks what is measured again, with nothing else on it.

    Raises:
        NotFound: the study has no second reading, or today's diary does not ask it.
    """
    plan = writing.study.reminders.recheck
    asked = plan.ask if plan is not None else ()
    for screen in screens_of(writing):
        items = {name: screen.items[name] for name in asked if name in screen.items}
        if asked and asked[0] in items:
            return Screen(2, 2, screen.group, items, place="reading")
    raise NotFound("There is no such screen.")
