"""The look holds what it promises: small, strict, readable, in both languages."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import UndefinedError

from tests.support.gallery import CATALOGUE, ROOT, environment, rendered

LANGUAGES = ("zh", "en")
CSS = ROOT / "static/css"
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


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_phone_loads_at_most_five_kilobytes_of_style() -> None:
    assert packed(CSS / "portal.css") <= 5 * 1024


def test_the_script_that_refreshes_a_line_stays_small() -> None:
    assert packed(ROOT / "static/js/live.js") < 1536


def test_styles_ask_nothing_of_another_host() -> None:
    for path in CSS.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|@font-face", text), path.name


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
    assert names == ["send", "none"]


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


def test_the_curve_breaks_where_a_day_is_missing() -> None:
    made = environment("en").from_string(
        '{% from "components/temperature_curve.html" import temperature_curve %}'
        "{{ temperature_curve(readings, 'T') }}"
    )
    values = [36.5, None, 36.9, 38.2]
    readings = [{"label": "d", "value": v, "note": ""} for v in values]
    page = Reader(made.render(readings=readings))
    (line,) = [p["d"] for p in page.all("path") if p["class"] == "path"]
    assert (line.count("M"), line.count("L")) == (2, 1)
    assert [c["class"] for c in page.all("circle")] == ["dot", "dot", "dot hot"]


@pytest.mark.parametrize("readings", [[], [36.6], [None], [34.0, 45.0]])
def test_the_curve_draws_whatever_there_is(readings: list[float | None]) -> None:
    made = environment("zh").from_string(
        '{% from "components/temperature_curve.html" import temperature_curve %}'
        "{{ temperature_curve(readings, 'T') }}"
    )
    points = [{"label": "d", "value": v, "note": ""} for v in readings]
    page = Reader(made.render(readings=points))
    heights = [float(c["cy"]) for c in page.all("circle")]
    assert len(heights) == sum(value is not None for value in readings)
    assert all(20 <= height <= 150 for height in heights)


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


def test_every_word_of_the_interface_has_its_chinese() -> None:
    with CATALOGUE.open("rb") as source:
        chinese = read_po(source, locale="zh_Hans")
    options = {"silent": "false", "newstyle_gettext": "true"}
    found = extract_from_dir(
        ROOT / "templates",
        method_map=[("**.html", "jinja2")],
        options_map={"**.html": options},
    )
    for name, line, message, _, _ in found:
        entry = chinese.get(message if isinstance(message, str) else message[0])
        assert entry, f"{name}:{line}: {message}"
        words = entry.string if isinstance(entry.string, str) else entry.string[0]
        assert words, f"{name}:{line}: {message}"
        first = message if isinstance(message, str) else message[0]
        assert placeholders(words) == placeholders(first), f"{name}:{line}"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


PAIRS = [  # text on its ground, least WCAG ratio
    *[("ink", ground, 7.0) for ground in ("paper", "surface", "brand-soft")],
    *[("muted", ground, 4.5) for ground in ("paper", "surface")],
    *[("brand", ground, 4.5) for ground in ("paper", "surface", "brand-soft")],
    *[
        (tier, ground, 4.5)
        for tier in ("emergency", "urgent", "same-day", "done")
        for ground in ("paper", "surface", f"{tier}-soft")
    ],
    *[("ink", f"{t}-soft", 7.0) for t in ("emergency", "urgent", "same-day", "done")],
    ("on-brand", "brand", 4.5),
    ("line", "surface", 3.0),
    ("line", "paper", 3.0),
]


def tokens(body: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body))


def colours(ground: str) -> dict[str, str]:
    """The tokens that hold by day, by night, or on a whole-screen ground."""
    css = (CSS / "portal.css").read_text(encoding="utf-8").split("@media print")[0]
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    blocks = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    roots = [tokens(body) for head, body in blocks if head.strip() == ":root"]
    found = {**roots[0], **(roots[1] if ground == "by night" else {})}
    for head, body in blocks:
        if ground in [selector.strip(" .\n") for selector in head.split(",")]:
            found.update(tokens(body))
    for name, value in found.items():
        found[name] = found[value[6:-1]] if value.startswith("var(") else value
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = ["by day", "by night", "full-emergency", "full-urgent"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_words_are_readable_on_their_ground(ground: str) -> None:
    found = colours(ground)
    plain = ground.startswith("by")
    assert found["paper"] != colours("by day")["paper"] or ground == "by day"
    for text, behind, least in PAIRS:
        if plain or "same-day" not in text + behind:
            ratio = contrast(found[text], found[behind])
            assert ratio >= (least if plain else min(least, 6.5)), f"{text} on {behind}"


def test_samples_are_complete_in_both_languages() -> None:
    zh, en = rendered("zh"), rendered("en")
    assert zh.keys() == en.keys()
    for name in zh:
        assert 'lang="zh-Hans"' in zh[name]
        assert '<html lang="en"' in en[name]
