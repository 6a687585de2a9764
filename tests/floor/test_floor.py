"""Every script and style runs on the oldest browsers that README names, or says how not."""

from __future__ import annotations

import re

import pytest

from portal.web.offline.worker import one_script
from tests.floor import CHROME, SAFARI, Use, scripts, styles
from tests.support.source import ROOT

STATIC = ROOT / "static"

# What scripts do without where it is not known: the line that looks first.
LOOKS_FIRST = {
    "BroadcastChannel": r'"BroadcastChannel" in globalThis \?',
    "locks": r"if \(!navigator\.locks\)",
    "sync": r"found\.sync\?\.register",
    "requestIdleCallback": r"if \(window\.requestIdleCallback\)",
    "wakeLock": r"if \(navigator\.wakeLock &&",
    "AudioContext": r"window\.AudioContext \|\| window\.webkitAudioContext",
}
# Names of ours that a newer interface bears too.
OURS = {
    "any": r'"any" in when',
    "when": r"decides\.when",
    "messages": r"study\.messages\[",
    "drop": r"async function drop\(",
}
# What a style shows where a browser does not know it.
HARMLESS = {
    "gap in flex": "things stand closer; only on the wide pages",
    "property accent-color": "boxes in the system's colour",
    "property appearance": "its prefixed name stands before it",
    "property aspect-ratio": "the canvas has the ratio of its own pixels",
    "property color-scheme": "scroll bars stay light",
    "property container-type": "the card's number at its usual size",
    "property outline": "the ring has square corners",
    "property scroll-behavior": "nothing scrolls smoothly there",
    "property scroll-margin-top": "a jump ends at the edge",
    "property scroll-padding": "a jump ends at the edge",
    "property scroll-padding-bottom": "a jump ends at the edge",
    "property text-size-adjust": "its prefixed name stands before it",
    "property text-underline-offset": "the line is nearer to the word",
    "property text-wrap": "headings break where they are full",
    "property user-select": "its prefixed name stands before it",
    "selector focus-visible": "the browser's own ring; no selector goes with it",
    "selector has": "the box itself shows that it is ticked; no selector goes with it",
    "value cursor: pointer": "phones have no cursor",
    "value overflow-wrap: anywhere": "the body breaks words as well",
}
NARROW = {"portal.css", "records.css"}  # what a participant's phone shows


def all_scripts() -> dict[str, str]:
    found = {
        str(path.relative_to(STATIC)): path.read_text("utf-8")
        for path in sorted(STATIC.rglob("*.js"))
    }
    return {**found, "worker.js": one_script(found, "js/offline/worker.js")}


def all_style_uses() -> list[Use]:
    return [
        use
        for path in sorted(STATIC.rglob("*.css"))
        for use in styles.newer_than_the_floor(path.name, path.read_text("utf-8"))
    ]


def test_the_floor_is_the_one_that_readme_names() -> None:
    said = (ROOT / "README.md").read_text("utf-8")
    assert f"Safari {SAFARI:g}" in said
    assert re.search(rf"Chrome and\s+Android's WebView {CHROME:g}", said)


def test_no_script_uses_what_the_floor_lacks_without_looking() -> None:
    code = all_scripts()
    known = {**LOOKS_FIRST, **OURS}
    found = scripts.newer_than_the_floor(code)
    bad = [
        str(use)
        for use in found
        if use.what not in known or not re.search(known[use.what], code[use.file])
    ]
    assert bad == []
    assert known.keys() - {use.what for use in found} == set(), "no longer used"


def test_what_a_style_uses_beyond_the_floor_leaves_a_page_that_can_be_read() -> None:
    found = all_style_uses()
    bad = [
        str(use)
        for use in found
        if not use.what.endswith(" after one that is known")
        and (
            use.what not in HARMLESS
            or (use.what == "gap in flex" and use.file in NARROW)
        )
    ]
    assert bad == []
    assert HARMLESS.keys() - {use.what for use in found} == set(), "no longer used"


def test_no_page_holds_a_script_or_style_of_its_own() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        said = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style\b|\son\w+=\"", said), path


def test_no_page_needs_an_element_that_the_floor_lacks() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        said = path.read_text("utf-8")
        assert not re.search(r"<dialog\b|\b(inert|popover)(=|>| )|<search\b", said), (
            path
        )


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (r"const ends = /(?<=[。！？])/;", "a look-behind (Safari 16.4)"),
        (r'new RegExp("(?<!a)b");', "a look-behind (Safari 16.4)"),
        ("/a/d.test(b);", "the flags d"),
        ("/[a--b]/v.test(c);", "the flags v"),
        ("/(?i:a)b/.test(c);", "a modifier in a pattern (Chrome 125, Safari never)"),
        ("let a; a ??= 1;", "??= (Chrome 85, Safari 14)"),
        ("await a();", "await outside a function (Chrome 89, Safari 15)"),
        ("class A { b = 1; }", "a class field (Chrome 72, Safari 14.1)"),
        ("class A { #b() {} }", "a private member (Chrome 74, Safari 14.1)"),
        ("class A { static { b(); } }", "a static block (Chrome 94, Safari 16.4)"),
        ('export * as a from "./a.js";', "export * as (Chrome 72, Safari 14.1)"),
        ("a(12n);", "a BigInt (Safari 14)"),
        (
            'a.register("/b.js", { type: "module" });',
            "a worker of modules (Chrome 91, Safari 15)",
        ),
        ("a = ;", "what the parser cannot read"),
        ("fetch(a, { signal: AbortSignal.timeout(9) });", "AbortSignal.timeout"),
        ("a.at(-1);", "at"),
        ("const b = { at: 1 }; a.at(-1);", "at"),
        ('a.replaceAll("b", "c");', "replaceAll"),
        ("a.replaceChildren();", "replaceChildren"),
        ("crypto.randomUUID();", "randomUUID"),
        ("structuredClone(a);", "structuredClone"),
        ('new BroadcastChannel("a");', "BroadcastChannel"),
        ("Object.hasOwn(a, b);", "Object.hasOwn"),
        ("Promise.any([a]);", "Promise.any"),
        ("indexedDB.databases();", "databases"),
        ("Response.json({});", "Response.json"),
        ("new Intl.Segmenter();", "Intl.Segmenter"),
        ("a.showModal();", "showModal"),
        ("event.submitter.name;", "submitter"),
        ("const { submitter } = event;", "submitter"),
        ("a.querySelector(`b:is(c, d)`);", "the selector :is"),
        ('a.querySelector("b:has(c)");', "the selector :has"),
        ("a.toSorted();", "toSorted"),
        ("Object.groupBy(a, b);", "Object.groupBy"),
    ],
)
def test_a_script_that_is_too_new_is_found(code: str, what: str) -> None:
    assert what in {use.what for use in scripts.newer_than_the_floor({"a.js": code})}


@pytest.mark.parametrize(
    "code",
    [
        "a?.b ?? c?.[d]; try { e(); } catch { f(); }",
        'import * as all from "./a.js"; export const b = async () => { await all.c(); };',
        r"/\p{L}(?<name>a)(?=b)(?!c)(?:d)/gu.test(e);",
        "const b = { at: 1 }; c(b.at, 8_000); for (const { at } of d) e(at);",
        "[[1]].flat().flatMap(Number); Object.fromEntries(a); b.padStart(2);",
        'import("./a.js").finally(() => {}); matchMedia("b"); new AbortController();',
    ],
)
def test_what_the_floor_has_is_let_be(code: str) -> None:
    assert scripts.newer_than_the_floor({"a.js": code}) == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("a { inset: 0; }", "property inset"),
        ("a { aspect-ratio: 1; }", "property aspect-ratio"),
        ("a { display: flex; gap: 1rem; }", "gap in flex"),
        ("@media print { a { display: inline-flex; row-gap: 1px; } }", "gap in flex"),
        ("a { height: 100dvh; }", "unit dvh"),
        ("a { height: 100vh; height: 100dvh; }", "unit dvh after one that is known"),
        ("a { color: color-mix(in srgb, red, blue); }", "function color-mix"),
        ("a { width: calc(1px + 2cqi); }", "unit cqi"),
        ("a:is(b, c) { color: red; }", "selector is"),
        ("a, b:has(c) { color: red; }", "selector has in a list"),
        ("a:not(:has(b)) { color: red; }", "selector has"),
        (":focus-visible { color: red; }", "selector focus-visible"),
        ("@supports selector(:has(*)) { a:is(b) { color: red; } }", "selector is"),
        ("@container (width > 1px) { a { color: red; } }", "at-rule container"),
        ("@layer a { b { color: red; } }", "at-rule layer"),
        ("a { overflow-wrap: anywhere; }", "value overflow-wrap: anywhere"),
        ("a { animation: b 1s steps(2, jump-none); }", "value jump-none"),
        ("a { margin-inline: 1px; }", "property margin-inline"),
    ],
)
def test_a_style_that_is_too_new_is_found(code: str, what: str) -> None:
    assert what in {use.what for use in styles.newer_than_the_floor("a.css", code)}


@pytest.mark.parametrize(
    "code",
    [
        "a { display: grid; gap: 1rem; }",
        "a, b:not(.c)::before { width: clamp(1px, 2vw, max(3px, 4%)); }",
        "@supports selector(:has(*)) { a:has(b), c { color: red; } }",
        ":root { --a: red; } @media (prefers-color-scheme: dark) { a { color: var(--a); } }",
    ],
)
def test_a_style_that_the_floor_knows_is_let_be(code: str) -> None:
    assert styles.newer_than_the_floor("a.css", code) == []
