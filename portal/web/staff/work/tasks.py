"""One task: what it is about, and its outcome."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.diary import unread_words
from portal.errors import InvalidInput
from portal.people.accounts.accounts import acting
from portal.records.staff.work.work_pages import task_page
from portal.web.frame import access, forms, own_paths
from portal.web.staff.frame import (
    Errors,
    blueprint,
    named,
    now,
    staff_page,
    study_of,
    typed,
    viewer,
)

LONGEST_OUTCOME = 2000


@blueprint.get("/tasks/<int:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    return _page(task_id, {}, 200)


def _page(task_id: int, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = task_page(db, study_of(db), viewer(), task_id, now=now())
    return staff_page(
        "staff/task.html",
        "worklist",
        status,
        task=found,
        line=found.line,
        card=found.card,
        errors=errors,
        typed=typed(),
    )


@blueprint.post("/tasks/<int:task_id>/done")
def finish(task_id: int) -> ResponseReturnValue:
    """Record the outcome."""
    outcome = forms.text("outcome", longest=LONGEST_OUTCOME)
    try:
        with access.runtime().writing() as db:
            heard = bool(forms.text("heard", longest=1))
            unread_words.finish_reading(
                db, task_id, acting(db, viewer()), outcome, heard_from=heard, now=now()
            )
    except InvalidInput as error:
        return _page(task_id, named(error), 400)
    return own_paths.go("/staff")
