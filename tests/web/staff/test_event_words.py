"""What an alert's log says of each event, with the names and numbers that it keeps."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.records.staff.alerts import EventLine
from portal.vocabulary.alerts import Happening
from portal.web.staff.event_words import happened
from tests.support.clock import START


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("paged", {"step": 1}, "Nurse Li was paged (step 2)"),
        ("nobody_on_call", {"step": 0}, "Nobody could be paged for step 1"),
        ("no_contact", {}, "Nurse Li has no working number"),
        ("acknowledged", {"source": "text"}, "Dr. He took it by answering the text"),
        ("acknowledged", {"source": "closing"}, "Dr. He took it"),
        (
            "call_planned",
            {"minutes": 30},
            "Dr. He knows of it and plans a call within 30 min",
        ),
        ("closed", {"outcome": "spoke"}, "Dr. He closed it: Spoke with them"),
        ("diary_missing", {}, "No diary came"),
    ],
)
def test_an_event_says_who_was_paged_or_who_acted(
    app: Flask, kind: str, detail: dict[str, Any], said: str
) -> None:
    line = EventLine(START, Happening(kind), "Dr. He", "Nurse Li", detail)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert happened(line) == said


def test_a_cap_without_a_person_is_the_sites_own_number(app: Flask) -> None:
    line = EventLine(START, Happening.CAPPED, "", "", {})
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert happened(line).startswith("The site's own number was paged as often")


def test_an_event_of_another_build_is_shown_as_it_is(app: Flask) -> None:
    line = EventLine(START, "swapped", "", "", {})  # type: ignore[arg-type]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert happened(line) == "swapped"
