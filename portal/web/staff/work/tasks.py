"""One task: what it is about, and what came of it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.db.alerts import Task
from portal.db.people import Participant
from portal.diary import unread_words
from portal.errors import InvalidInput
from portal.protocol.triage.unread_words import WORDS_TO_READ
from portal.records.staff import person_card, words_to_read
from portal.records.staff.worklist import task_line
from portal.web.frame import access, forms, own_paths
from portal.web.staff.frame import (
    Errors,
    blueprint,
    me,
    named,
    now,
    page,
    study_of,
    typed,
)

LONGEST_OUTCOME = 2000


@blueprint.get("/tasks/<int:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    return _page(task_id, {}, 200)


def _page(task_id: int, errors: Errors, status: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        row = access.scoped(db, Task, id=task_id)
        person, card, study = db.get(Participant, row.participant_id or 0), None, None
        if person is not None:
            study = study_of(db)(person.study_version_id)
            card = person_card.card(db, study, person, now=now())
        line = task_line(row, person.code if person else "", study)
        written = words_to_read.words_of_task(db, study, row)
        shown = {"state": row.state, "outcome": row.outcome, "done_at": row.done_at}
    return page(
        "staff/task.html",
        "worklist",
        status,
        line=line,
        card=card,
        shown=shown,
        written=written,
        reads_words=row.kind == WORDS_TO_READ,
        errors=errors,
        typed=typed(),
    )


@blueprint.post("/tasks/<int:task_id>/done")
def finish(task_id: int) -> ResponseReturnValue:
    """Write down what came of it."""
    outcome = forms.text("outcome", longest=LONGEST_OUTCOME)
    try:
        with access.runtime().writing() as db:
            heard = bool(forms.text("heard", longest=1))
            unread_words.finish(
                db, task_id, me(db), outcome, heard_from=heard, now=now()
            )
    except InvalidInput as error:
        return _page(task_id, named(error), 400)
    return own_paths.go("/staff")
