"""The small record that a phone keeps, encrypted, and which edition of the pages."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from portal.people import reporters
from portal.records.own import offline_summary
from portal.records.own.offline_summary import OfflineSummary
from portal.web.frame import access, opened_page, reporting
from portal.web.frame.access import passive
from portal.web.frame.language import language
from portal.web.offline import shell
from portal.web.offline.blueprint import open_door


@open_door.get("/offline/record")
@passive
def record() -> ResponseReturnValue:
    """What this phone may keep; nothing if it may not report for anybody."""
    viewer, reporter = access.viewer(), reporting.reporter()
    if reporter is None or (viewer is not None and viewer.is_staff):
        return jsonify(enrolled=False)
    with access.runtime().reading() as db:
        case = reporting.case_of(db, reporter)
        found = offline_summary.of(case)
    return jsonify(
        enrolled=True,
        person=opened_page.person_key(reporter.person),
        reporter=reporters.usual(reporter.person.caregiver_id),
        language=language(),
        edition=shell.edition(case.study),
        study=found.study,
        amended=str(found.amended or ""),
        recounted=str(found.recounted or ""),
        files=shell.files(case.study),
        text_to=_number_for_texts(),
        **_said(found),
    )


def _number_for_texts() -> str | None:
    """The number for texts, if people can write to it."""
    runtime = access.runtime()
    two_way, provider = runtime.gateway.capabilities.two_way, runtime.settings.provider
    return provider.sender if provider is not None and two_way else None


def _said(found: OfflineSummary) -> dict[str, Any]:
    visit, awaited = found.visit, found.awaited
    return {
        "today": str(found.today),
        "day": found.day,
        "phases": [[str(day), code, str(first)] for day, code, first in found.phases],
        "places": [[str(day), place] for day, place in found.places],
        "zone": found.time_zone,
        "offsets": [
            [int(at.timestamp() * 1000), int(ahead.total_seconds() * 1000)]
            for at, ahead in found.offsets
        ],
        "phone": found.duty_line,
        "emergency": found.emergency_number,
        "awaited": awaited
        and {
            "answer_in": awaited.seconds,
            "href": f"/diary/sent/{awaited.version_id}",
        },
        "visit": visit
        and {
            "title": dict(visit.title),
            "on": str(visit.on),
            "at": visit.at and visit.at.isoformat(),
        },
    }
