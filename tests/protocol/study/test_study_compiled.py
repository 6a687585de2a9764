"""A study goes into JSON and comes back the same."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import StudyFileFault
from portal.protocol.calendar.study_days import after, phase_on
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from portal.protocol.checks.unreadable import unreadable_faults
from portal.protocol.demands.duties import Work
from portal.protocol.study.compiled import from_compiled, to_compiled, upgraded
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.model import FORMAT
from portal.protocol.study.plan_model import DatedPlan
from portal.protocol.study.upgrades import earlier_facts, names
from portal.study_files import load_study, study_names, study_text
from tests.support.small_study import SMALL
from tests.support.study import with_usual_plans

STORED = Path(__file__).parent / "stored"
BEFORE_FORMATS, FORMAT_2 = STORED / "before-formats.json", STORED / "format-2.json"
PRESSURE_3 = STORED / "format-3-no-fever.json"


def holds(whole: object, part: object) -> bool:
    """Whether ``whole`` has everything of ``part`` as it stands there."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and holds(whole[key], part[key]) for key in part)
    if isinstance(whole, list) and isinstance(part, list):
        pairs = zip(whole, part, strict=True)
        return len(whole) == len(part) and all(holds(*pair) for pair in pairs)
    return whole == part


@pytest.mark.parametrize("name", study_names())
def test_a_study_comes_back_from_json_the_same(name):
    study = load_study(name)
    assert from_compiled(json.loads(json.dumps(to_compiled(study)))) == study


def test_the_small_study_comes_back_too():
    study = read_study(SMALL)
    assert from_compiled(json.loads(json.dumps(to_compiled(study)))) == study


@pytest.mark.parametrize("text", [SMALL, study_text("dcar-sle")])
def test_a_study_stored_with_its_tables_as_they_stand_in_the_file_still_loads(text):
    study, file = with_usual_plans(read_study(text)), tomllib.loads(text)
    for plan in file["missing"].values():
        plan.pop("stretch", None)  # no study had one when they were stored so
    plans = {name: file[name] for name in ("reminders", "missing", "options")}
    assert from_compiled({**to_compiled(study), **plans}) == study


def test_a_study_stored_before_there_were_switches_has_none_of_them_on():
    stored = {**to_compiled(read_study(SMALL)), "options": {}}
    options = from_compiled(stored).options
    assert (options.planned_call_max_minutes, options.show_visit_windows) == (60, False)


def test_a_study_stored_before_there_were_formats_opens_as_format_1():
    stored = json.loads(BEFORE_FORMATS.read_text("utf-8"))
    assert "format" not in stored
    study = from_compiled(stored)
    assert (study.format, study.id, study.version) == (1, "small-trial", "3")
    for phase in stored["phases"]:
        del phase["until"]  # said otherwise since format 3
    for name in ("driving_days", "fever_medicine_wait_minutes"):
        assert stored["options"].pop(name) == 0, "so nothing was said of it"
    for was, now in names.SHOWN.items():
        if was in stored["messages"]:
            stored["messages"][now] = stored["messages"].pop(was) | {"id": now}
    assert holds(to_compiled(study), stored)


def test_days_without_driving_go_on_being_said_to_whom_they_were_said():
    stored = json.loads(FORMAT_2.read_text("utf-8"))
    stored["options"]["driving_days"] = 28
    study = from_compiled(stored)
    dated = {plan.id: plan for plan in study.reminders.dated}
    assert dated["driving"] == DatedPlan("driving", "P-driving", days=28)
    assert study.messages["P-driving"].text["en"].startswith("Until {date}")


def test_of_a_study_stored_before_choices_said_it_each_no_is_calm_that_no_rule_asks_for():
    stored = to_compiled(load_study("dcar-sle"))
    for item in stored["items"].values():
        for choice in item["choices"]:
            del choice["calm"]
    items = from_compiled({**stored, "format": 1}).items
    assert items["callme"].is_calm("no")
    assert items["writing"].is_calm("no")
    assert items["temp_site"].is_calm("armpit")
    assert not items["near"].is_calm("no"), "rule T29 asks for it"
    assert not items["near"].is_calm("yes"), "nobody has said so"
    assert not items["callme"].is_calm("yes")


@pytest.mark.parametrize("number", [2, 3])
def test_a_study_stored_in_format_2_or_3_means_what_its_version_7_says(number):
    stored = json.loads((STORED / f"format-{number}.json").read_text("utf-8"))
    seventh = json.loads((STORED / "format-6.json").read_text("utf-8"))
    assert (seventh["format"], seventh["version"]) == (6, "7")
    today = to_compiled(from_compiled(seventh))  # stored here without its signs
    assert (stored["format"], stored["version"]) == (number, str(number))
    own = ("version", "sha256", "format", "words", "signs", "forms")
    upgraded_now = to_compiled(from_compiled(stored))
    assert upgraded_now["words"] == stored["words"]
    assert upgraded_now["signs"] == []
    assert without_signs(upgraded_now, own) == without_signs(today, own)


def test_a_study_stored_in_format_3_keeps_its_curve_its_words_and_its_duties():
    stored = json.loads(PRESSURE_3.read_text("utf-8"))
    assert (stored["format"], stored["id"]) == (3, "hypertension")
    study = from_compiled(stored)
    (curve,) = study.curves
    assert curve.title["en"] == stored["curve"]["title"]["en"]
    assert curve.lines == (stored["curve"]["line"],)
    assert {"told", "seen", "unanswered", "missed"} <= set(study.messages)
    assert {*study.paged, study.whose(Work.REPORTS)} <= {one.id for one in study.duties}


def test_a_study_stored_in_format_4_keeps_its_rules_and_is_not_held_to_later_demands():
    stored = json.loads((STORED / "format-4.json").read_text("utf-8"))
    assert (stored["format"], stored["id"]) == (4, "hypertension")
    study = from_compiled(stored)
    assert holds(to_compiled(study), {**stored, "format": FORMAT})
    assert list(unreadable_faults(study)) == []
    today = replace(study, format=FORMAT)
    assert [one.key for one in unreadable_faults(today)] == ["item.sbp", "item.dbp"]


def without_signs(compiled, own):
    """The study but for what came with the signs and later, and its version's own."""
    denied = ("note: no fit", "note: a fit last year")  # a person reads it since 6
    of_signs = {"T25", "T30", "T33", "T34", "T35", "T36", "T37", "T38", "M-H"}
    kept = {key: value for key, value in compiled.items() if key not in own}
    for key in ("rules", "examples"):
        kept[key] = [
            one
            for one in kept[key]
            if one.get("id") not in of_signs
            and one.get("title") not in denied
            and of_signs.isdisjoint(one.get("rules", ()))
        ]
    kept["messages"] = {k: v for k, v in kept["messages"].items() if k not in of_signs}
    kept["items"] = {k: {**v, "unheard": None} for k, v in kept["items"].items()}
    for name in ("L-disagree", "P-not-emergency", "P-withdrawn"):
        kept["messages"].pop(name, None)  # version 6 lacks what nobody could read
    kept["messages"].pop("M-S")  # version 8 says what joins the weekly line
    kept["rules"] = [{**one, "same_again": []} for one in kept["rules"]]
    plans = kept["reminders"]
    visit_at = plans["visit_at"]  # version 6 says the hour of a dated text itself
    dated = [{**one, "at": one["at"] or visit_at} for one in plans["dated"]]
    kept["reminders"] = {**plans, "dated": dated}
    for name in ("spo2", "sbp"):  # version 5 reads them down to 0
        least, most = kept["items"][name]["plausible"]
        assert least in (0, 50)
        kept["items"][name]["plausible"] = most
    return kept


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-40, 1500))
def test_a_study_stored_in_format_2_is_in_the_phase_of_each_day_as_ever(d0, day):
    stored, today = json.loads(FORMAT_2.read_text("utf-8")), d0 + timedelta(days=day)
    person = Milestones(d0, [HospitalStay(d0 - timedelta(days=3), None, d0)])
    ends = {one["code"]: one for one in stored["visits"]}
    first, *later = stored["phases"]
    wanted = first["code"]
    if day > 7:  # a forgotten discharge
        wanted = next(
            phase["code"]
            for phase in later
            if phase["until"] is None
            or today
            <= after(
                d0,
                days=ends[phase["until"]]["days"],
                months=ends[phase["until"]]["months"],
            )
        )
    assert phase_on(from_compiled(stored), person, today) == wanted


LOW, TAKEN = earlier_facts.LOW, earlier_facts.TAKEN


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"fact": "temp_repeated_low", "is": True}, LOW),
        ({"fact": "temp_repeated_low", "is": False}, {"not": LOW}),
        ({"fact": "meds_missed_running", "is": False}, {"not": earlier_facts.MISSED}),
        (
            {"fact": "same_days", "at_least": 5},
            {"all": [{"fact": "same_days", "at_least": 5}, TAKEN]},
        ),
        (
            {"fact": "same_days", "below": 3},
            {"any": [{"fact": "same_days", "below": 3}, {"not": TAKEN}]},
        ),
        ({"any": [{"fact": "temp_repeated_low", "is": True}]}, {"any": [LOW]}),
        ({"fact": "chills", "is": 1}, {"fact": "chills", "is": 1}),
    ],
)
def test_a_fact_about_one_item_is_said_by_what_was_answered_last(was, now):
    rules = [{"cases": [{"when": was}]}]
    said = earlier_facts.say_what_was_last({"rules": rules, "missing": {}})
    assert said["rules"] == [{"cases": [{"when": now}]}]


def test_a_study_is_stored_in_the_newest_format():
    assert to_compiled(read_study(SMALL))["format"] == FORMAT


def test_each_earlier_format_is_made_the_newest_step_by_step():
    steps = {
        1: lambda old: {**old, "b": old["a"]},
        2: lambda old: {**old, "c": old["b"]},
    }
    assert upgraded({"a": 7}, to=3, by=steps) == {"a": 7, "b": 7, "c": 7, "format": 1}
    second = {"b": 8, "format": 2}
    assert upgraded(second, to=3, by=steps) == {"b": 8, "c": 8, "format": 2}


def test_what_is_of_the_newest_format_takes_no_step():
    assert upgraded({"a": 7, "format": 3}, to=3, by={}) == {"a": 7, "format": 3}


def test_a_study_of_a_later_portal_says_so():
    later = {**to_compiled(read_study(SMALL)), "format": FORMAT + 1}
    with pytest.raises(StudyFileFault, match="A later portal stored this study"):
        from_compiled(later)


@pytest.mark.parametrize("nonsense", [0, -1, True, "1", None, 1.0])
def test_a_format_is_a_number_from_1(nonsense):
    with pytest.raises(StudyFileFault, match="no format number"):
        from_compiled({**to_compiled(read_study(SMALL)), "format": nonsense})


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
