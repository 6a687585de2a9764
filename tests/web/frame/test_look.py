"""The look holds what it promises: small files, readable colours, all words translated."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.support.gallery import CATALOGUE, ROOT

CSS = ROOT / "static/css"


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_phone_loads_at_most_five_kilobytes_of_style() -> None:
    assert packed(CSS / "portal.css") <= 5 * 1024


def test_the_script_that_refreshes_a_line_stays_small() -> None:
    assert packed(ROOT / "static/js/live.js") < 1536


def test_the_script_that_takes_handwriting_stays_small() -> None:
    assert packed(ROOT / "static/js/offline/handwriting.js") < 2048


def test_styles_ask_nothing_of_another_host() -> None:
    for path in CSS.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|@font-face", text), path.name


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
