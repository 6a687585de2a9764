"""The same screen sent twice with other answers: both are kept, and the page says so.

Danger in the second was judged when it came. To change what the first said, the person
makes a correction, which this page offers.
"""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.diary.entries import Receipt
from portal.diary.version_ids import rest_of
from portal.diary.writing import red_flag_screen
from portal.protocol.study.form import Item
from portal.records.own import sent_report
from portal.web.diary import advice
from portal.web.diary.blueprint import blueprint, desk
from portal.web.frame import access, own_paths
from portal.web.frame.forms import usable_uuid
from portal.web.frame.language import gettext, language, tongue


def page(receipt: Receipt, ticked: list[str]) -> ResponseReturnValue:
    """What to do now, that this was sent before, and how to correct it: a 409."""
    with access.runtime().reading() as db:
        writing = desk(db)
        report = sent_report.of_receipt(writing.case, receipt)
        flags = writing.study.items[writing.study.red_flags]
        conflict = {
            "entry": report.id,
            "name": flags.id,
            "ticked": ticked,
            "first": _said(flags, report.said.get(flags.id, [])),
            "second": _said(flags, ticked),
        }
        onward = {
            "label": gettext("Go on with the diary"),
            "href": own_paths.carried(f"/diary/{rest_of(report.id)}/2"),
        }
        return advice.shown(db, advice.about(writing, report), onward, conflict), 409


def _said(item: Item, codes: list[str]) -> str:
    words = {str(c.code): c.label.say(language()) for c in item.choices}
    between = tongue().marks.listed
    return between.join(words.get(code, code) for code in codes) or gettext(
        "none of these"
    )


@blueprint.post("/diary/again")
def correct() -> ResponseReturnValue:
    """Send what the second sending said as a correction of the first."""
    version_id = usable_uuid(request.form.get("entry", ""))
    with access.runtime().writing() as db:
        writing = desk(db)
        writer = writing.writer(writing.usual_reporter)
        ticked = request.form.getlist(writing.study.red_flags)
        sent_id = red_flag_screen.correct_first(
            writing.case, writer, version_id, ticked
        )
    if sent_id is None:
        return own_paths.go("/diary")
    return own_paths.go(own_paths.carried(f"/diary/sent/{sent_id}"))
