"""Renders the sample pages to files and photographs them, for people to look at.

``python -m tests.support.gallery OUT_DIR [NAME…]`` writes HTML and PNG at 360 and 393 px
and on a desk, in both languages, light and dark, under the portal's own policy.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, sync_playwright

from portal.people.access import codes, paper_codes, pins
from tests.support.browser import QUIET, axe_violations, small_targets
from tests.support.samples import frame, samples

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "portal/translations/zh_Hans/LC_MESSAGES/messages.po"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'"
)
WIDE = {"worklist", "person", "phones", "staff-sign-in"}


def translations(language: str) -> NullTranslations:
    """The interface's words in ``zh``, from the catalogue's source; else as written."""
    if language != "zh":
        return NullTranslations()
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh_Hans"))
    compiled.seek(0)
    return Translations(compiled)


def environment(language: str) -> Environment:
    """The templates as the portal renders them: strict, escaped, translated."""
    made = Environment(
        loader=FileSystemLoader([ROOT / "templates", Path(__file__).parent / "pages"]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["url_for"] = lambda endpoint, filename: f"/{endpoint}/{filename}"
    made.globals["csrf_token"] = lambda: "token-of-a-sample"
    made.globals["pin_digits"] = pins.LENGTH
    made.globals["code_digits"] = codes.DIGITS
    made.globals["paper_digits"] = paper_codes.DIGITS
    made.globals["opened_mark"] = lambda: "mark-of-a-sample"
    return made


def rendered(language: str, made: Environment | None = None) -> dict[str, str]:
    """Every sample page by name."""
    made = made or environment(language)
    return {
        name: made.get_template(template).render(**frame(language), **context)
        for name, template, context in samples(language)
    }


ENGINE = re.compile(r"<script src=\"[^\"]*js/offline/start\.js\"[^>]*></script>")


class Handler(SimpleHTTPRequestHandler):
    """Serves the rendered files with the policy of the portal."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Pictures are the output."""


def write_pages(out: Path) -> None:
    shutil.copytree(ROOT / "static", out / "static", dirs_exist_ok=True)
    for language in ("zh", "en"):
        for name, html in rendered(language).items():
            still = ENGINE.sub("", html)  # files alone have no worker to register
            (out / f"{name}-{language}.html").write_text(still, encoding="utf-8")


def photograph(browser: Browser, base: str, out: Path, names: set[str]) -> None:
    """One picture for each page, language, width and light; complaints are printed."""
    for width in (360, 393, 1280):
        for dark in (False, True):
            context = browser.new_context(
                viewport={"width": width, "height": 740 if width < 1000 else 900},
                color_scheme="dark" if dark else "light",
            )
            page = context.new_page()
            page.on("console", lambda message: print("console:", message.text))
            for path in sorted(out.glob("*.html")):
                name, _, language = path.stem.rpartition("-")
                if (names and name not in names) or (width > 400 and name not in WIDE):
                    continue
                page.goto(f"{base}/{path.name}")
                light = "dark" if dark else "light"
                page.screenshot(path=out / f"{name}-{language}-{width}-{light}.png")
                page.screenshot(
                    path=out / f"{name}-{language}-{width}-{light}-whole.png",
                    full_page=True,
                )
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    print(f"{path.name} at {width}: {wide} px wide")
                for complaint in [*axe_violations(page), *small_targets(page)]:
                    print(f"{path.name} at {width} {light}: {complaint}")
            context.close()


def main(out: Path, names: set[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    write_pages(out)
    handler = partial(Handler, directory=str(out))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, "--no-sandbox"]
        )
        base = f"http://127.0.0.1:{server.server_port}"
        photograph(browser, base, out, names)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
