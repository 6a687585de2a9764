"""A study goes into JSON and comes back the same."""

from __future__ import annotations

import json
import tomllib

import pytest

from portal.errors import StudyFileFault
from portal.protocol.study.compiled import from_compiled, to_compiled
from portal.protocol.study.reading import read_study
from portal.study_files import load_study, study_names, study_text
from tests.support.small_study import SMALL


@pytest.mark.parametrize("name", study_names())
def test_a_study_comes_back_from_json_the_same(name):
    study = load_study(name)
    assert from_compiled(json.loads(json.dumps(to_compiled(study)))) == study


def test_the_small_study_comes_back_too():
    study = read_study(SMALL)
    assert from_compiled(json.loads(json.dumps(to_compiled(study)))) == study


@pytest.mark.parametrize("text", [SMALL, study_text("dcar-sle")])
def test_a_study_stored_with_its_tables_as_they_stand_in_the_file_still_loads(text):
    study, file = read_study(text), tomllib.loads(text)
    plans = {name: file[name] for name in ("reminders", "missing", "options")}
    assert from_compiled({**to_compiled(study), **plans}) == study


def test_a_study_stored_before_there_were_switches_has_none_of_them_on():
    stored = {**to_compiled(read_study(SMALL)), "options": {}}
    options = from_compiled(stored).options
    assert (options.driving_days, options.show_visit_windows) == (0, False)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": "x"},
        {"nonsense": 1},
        {**to_compiled(read_study(SMALL)), "visits": 3},
        {**to_compiled(read_study(SMALL)), "policies": {"red": {}}},
        {
            **to_compiled(read_study(SMALL)),
            "items": {"temp": {"label": {"de": "Fieber"}}},
        },
        {**to_compiled(read_study(SMALL)), "items": {"temp": {"hint": {"de": "x"}}}},
        {**to_compiled(read_study(SMALL)), "messages": []},
        {**to_compiled(read_study(SMALL)), "policies": {"routine": {"due": {"x": 1}}}},
    ],
)
def test_anything_else_is_refused(broken):
    with pytest.raises(StudyFileFault):
        from_compiled(broken)
