"""Own data as a file to keep: CSV for a spreadsheet, JSON for programs."""

from __future__ import annotations

from flask import Response

from portal import audit
from portal.records.own import own_data
from portal.web.frame import access
from portal.web.frame.language import language
from portal.web.participant.blueprint import blueprint, subject


@blueprint.get("/history/data.csv")
def data_csv() -> Response:
    with access.runtime().reading() as db:
        about = subject(db)
        who = own_data.whose(db, about.study, about.case.participant)
        text = own_data.as_csv(db, who, language())
    return _file(text, "text/csv; charset=utf-8", about.case.participant.code, "csv")


@blueprint.get("/history/data.json")
def data_json() -> Response:
    now = access.runtime().now()
    with access.runtime().reading() as db:
        about = subject(db)
        who = own_data.whose(db, about.study, about.case.participant)
        text = own_data.as_json(db, who, now=now)
    return _file(text, "application/json", about.case.participant.code, "json")


def _file(text: str, kind: str, code: str, ending: str) -> Response:
    viewer, now = access.signed_in(), access.runtime().now()
    about = ("participant", viewer.participant_id)
    with access.runtime().writing() as db:
        audit.record(db, viewer.actor, "data.taken", about, now=now, file=ending)
    name = "".join(letter for letter in code if letter.isalnum() or letter in "-_")
    response = Response(text.encode("utf-8", "replace"), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
