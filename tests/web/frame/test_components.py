"""The look holds what it promises: small, strict, readable, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.curve_points import CurveAxis, axis
from portal.study_files import load_study
from tests.support.gallery import ROOT, environment, rendered

LANGUAGES = ("zh", "en")
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
VOID = {"meta", "link", "img", "input", "hr", "br", "path", "circle"}
Attributes = dict[str, str]


class Reader(HTMLParser):
    """Keeps every element with its attributes, and complains of wrong nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.open: list[str] = []
        self.scripts = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.scripts += data

    def all(self, *tags: str) -> list[Attributes]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> dict[str, Reader]:
    """Every sample page of one language, read."""
    return {name: Reader(html) for name, html in rendered(request.param).items()}


def test_nothing_in_a_page_needs_a_looser_policy(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        assert page.scripts.strip() == "", name
        assert not page.all("style"), name
        for tag, attributes in page.elements:
            inline = [key for key in attributes if key == "style" or key[:2] == "on"]
            assert not inline, f"{name}: <{tag} {inline}>"


def test_a_page_loads_its_own_files_only(pages: dict[str, Reader]) -> None:
    for page in pages.values():
        for attributes in page.all("link", "script", "img"):
            address = attributes.get("href") or attributes.get("src", "")
            if attributes.get("rel") == "manifest":
                continue  # a page of its own, in the reader's language
            assert address.startswith("/static/"), attributes
            assert (ROOT / address.removeprefix("/")).is_file(), address


def test_a_page_has_one_first_heading_and_a_main(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        assert len(page.all("h1")) == 1, name
        assert [main["id"] for main in page.all("main")] == ["main"], name


def test_every_page_says_whom_to_call(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        numbers = {link.get("href") for link in page.all("a")}
        assert {"tel:120", "tel:02885420000"} <= numbers, name


def test_no_page_uses_an_id_twice(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert sorted(ids) == sorted(set(ids)), name


def test_every_reference_inside_a_page_leads_somewhere(
    pages: dict[str, Reader],
) -> None:
    for name, page in pages.items():
        ids = {a["id"] for _, a in page.elements if "id" in a}
        for _, attributes in page.elements:
            wanted = attributes.get("aria-describedby", "").split()
            wanted += attributes.get("aria-labelledby", "").split()
            wanted += [attributes["for"]] if "for" in attributes else []
            href = attributes.get("href", "")
            wanted += [href[1:]] if href.startswith("#") and len(href) > 1 else []
            assert set(wanted) <= ids, f"{name}: {attributes}"


def test_every_control_has_a_label(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        named = {label["for"] for label in page.all("label")}
        for control in page.all("input", "textarea", "select"):
            if control.get("type") != "hidden":
                assert control["id"] in named, f"{name}: {control}"


def test_every_form_that_posts_carries_a_token(pages: dict[str, Reader]) -> None:
    for name, page in pages.items():
        posting = [form for form in page.all("form") if form.get("method") == "post"]
        tokens = [i for i in page.all("input") if i.get("name") == "csrf_token"]
        assert len(tokens) == len(posting), name


def test_an_error_is_tied_to_its_control() -> None:
    page = Reader(rendered("en")["code"])
    (code,) = [i for i in page.all("input") if i.get("name") == "code"]
    assert code["aria-describedby"] == "code-error"
    assert code["aria-invalid"] == "true"
    assert code["autocomplete"] == "one-time-code"
    assert code["inputmode"] == "numeric"


def test_the_first_screen_holds_both_buttons_for_browsers_without_has() -> None:
    page = Reader(rendered("zh")["red-flags"])
    names = [b["name"] for b in page.all("button") if "name" in b]
    assert names == ["language", "send", "none"]


def test_a_level_of_zero_is_shown_as_chosen() -> None:
    made = environment("en").from_string(
        '{% from "components/choices.html" import choices %}'
        '{{ choices("tremor", "Shaking hands", [(0, "None"), (1, "Mild")], selected=0) }}'
    )
    chosen = [i["value"] for i in Reader(made.render()).all("input") if "checked" in i]
    assert chosen == ["0"]


def test_what_a_person_wrote_stays_text() -> None:
    made = environment("en").from_string(
        '{% from "components/text_field.html" import text_field %}'
        '{{ text_field("note", "Note", value=typed) }}'
        '{{ text_field("more", "More", value=typed, rows=3) }}'
    )
    html = made.render(typed='"><script>alert(1)</script>')
    assert "<script" not in html
    assert Reader(html).all("input")[0]["value"] == '"><script>alert(1)</script>'


def test_a_tier_is_a_word_and_a_shape() -> None:
    made = environment("en").from_string(
        '{% from "components/tier_badge.html" import tier_badge %}{{ tier_badge(t) }}'
    )
    tiers = ("emergency", "urgent", "same_day", "routine")
    badges = [made.render(t=tier) for tier in tiers]
    assert len({re.findall(r"<(?:path|circle)[^>]+>", b)[0] for b in badges}) == 4
    assert len({re.sub(r"<[^>]+>", "", b) for b in badges}) == 4


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_texts_call_a_tier_the_same(language: str, tier: Tier) -> None:
    made = environment(language).from_string(
        '{% from "components/tier_badge.html" import tier_badge %}{{ tier_badge(t) }}'
    )
    shown = re.sub(r"<[^>]+>", "", made.render(t=tier.value)).strip()
    assert shown == load_study("dcar-sle").policies[tier].title.say(language)


STUDY = load_study("dcar-sle")
AXIS = axis(STUDY, STUDY.curves[0])


def test_the_curve_breaks_where_a_day_is_missing() -> None:
    made = environment("en").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    values = [36.5, None, 36.9, 38.2]
    readings = [{"label": "d", "value": v, "note": ""} for v in values]
    page = Reader(made.render(readings=readings, axis=AXIS))
    (line,) = [p["d"] for p in page.all("path") if p["class"] == "path"]
    assert (line.count("M"), line.count("L")) == (2, 1)
    assert [c["class"] for c in page.all("circle")] == ["dot", "dot", "dot hot"]


def test_on_a_curve_without_lines_no_reading_stands_out() -> None:
    made = environment("en").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    readings = [{"label": "d", "value": 41.0, "note": ""}]
    page = Reader(made.render(readings=readings, axis=replace(AXIS, lines=())))
    assert [c["class"] for c in page.all("circle")] == ["dot"]
    assert not [p for p in page.all("path") if p["class"] == "line"]


def test_the_curve_leaves_room_for_the_days_without_an_entry() -> None:
    made = environment("en").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    points = [
        {"label": str(at), "value": 36.6, "note": "", "at": at} for at in (1, 2, 11)
    ]
    dots = Reader(made.render(readings=points, axis=AXIS)).all("circle")
    first, second, third = (float(dot["cx"]) for dot in dots)
    assert third - second == pytest.approx(9 * (second - first), abs=0.6)


def test_the_days_under_a_curve_do_not_touch() -> None:
    made = environment("zh").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    points = [
        {"label": "11月26日", "value": 36.6, "note": "", "at": at} for at in range(14)
    ]
    words = Reader(made.render(readings=points, axis=AXIS)).all("text")
    days = [float(word["x"]) for word in words if word["y"] == "170"]
    assert len(days) > 3
    width = 4 * 8 + 2 * 13  # of such a day at 13 px, at most
    gaps = [after - before for before, after in pairwise(days)]
    assert min(gaps) >= width


@pytest.mark.parametrize("turn", [0, 1])
def test_no_number_beside_a_curve_stands_on_another(turn: int) -> None:
    """A line of the study counts for more than one of the scale."""
    made = environment("en").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    study = load_study("hypertension")
    page = Reader(made.render(readings=[], axis=axis(study, study.curves[turn])))
    heights = sorted(float(word["y"]) for word in page.all("text"))
    assert min(after - before for before, after in pairwise(heights)) >= 12
    lines = [one for one in page.all("text") if one.get("class") == "line-word"]
    assert len(lines) == len(study.curves[turn].lines)


@pytest.mark.parametrize("readings", [[], [36.6], [None], [34.0, 45.0]])
def test_the_curve_draws_whatever_there_is(readings: list[float | None]) -> None:
    made = environment("zh").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    points = [{"label": "d", "value": v, "note": ""} for v in readings]
    page = Reader(made.render(readings=points, axis=AXIS))
    heights = [float(c["cy"]) for c in page.all("circle")]
    assert len(heights) == sum(value is not None for value in readings)
    assert all(20 <= height <= 150 for height in heights)


def test_the_axis_of_a_curve_is_the_studys() -> None:
    made = environment("en").from_string(
        '{% from "components/curve.html" import curve_of %}'
        "{{ curve_of(readings, 'T', axis, 'H') }}"
    )
    pressure = CurveAxis(
        Text({"zh": "血压", "en": "Pressure"}), "mmHg", 80, 200, (140.0, 160.0), 0, None
    )
    points = [
        {"label": "d", "value": value, "note": ""} for value in (121.0, 140.0, 160.0)
    ]
    html = made.render(readings=points, axis=pressure)
    words = re.findall(r"<text[^>]*>([0-9.]+)</text>", html)
    assert words == ["100", "120", "180", "140", "160", "140", "160"]
    assert [c["class"] for c in Reader(html).all("circle")] == [
        "dot",
        "dot hot",
        "dot hot",
    ]


def test_every_component_is_rendered_by_a_sample() -> None:
    made = environment("en")
    used: set[str] = set()
    load = made.loader.get_source  # type: ignore[union-attr]

    def remembering(env: object, name: str) -> object:
        used.add(name)
        return load(made, name)

    made.loader.get_source = remembering  # type: ignore[union-attr, method-assign, assignment]
    rendered("en", made)
    missing = {f"components/{path.name}" for path in COMPONENTS} - used
    assert missing == set()


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_its_parameters_first(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("#}")[0]
    assert head.startswith("{#-")
    assert path.stem in head


def test_a_misspelt_variable_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment("en").get_template("layout/plain.html").render(language="en")


def test_samples_are_complete_in_both_languages() -> None:
    zh, en = rendered("zh"), rendered("en")
    assert zh.keys() == en.keys()
    for name in zh:
        assert 'lang="zh-Hans"' in zh[name]
        assert '<html lang="en"' in en[name]
