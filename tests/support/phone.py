"""A phone without JavaScript: it opens pages, fills in their forms and sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener


@dataclass
class Form:
    """A form as the page serves it: where it goes and what it holds already."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = Form(given.get("action") or "")
            self.forms.append(self._open)
        elif self._open is not None and given.get("name"):
            self._note(tag, given)

    def _note(self, tag: str, given: dict[str, str | None]) -> None:
        assert self._open is not None
        name, kind = str(given["name"]), given.get("type", "text")
        self._open.names.add(name)
        boxes = kind in ("checkbox", "radio")
        if tag == "input" and (not boxes or "checked" in given):
            self._open.fields.append((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Phone:
    """One browser: it keeps cookies, follows redirects, remembers the last page."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.address = base
        self.page = ""
        self.status = 0
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str) -> str:
        return self._ask(urljoin(self.base, path), None)

    def send(self, action: str, **filled: str | list[str]) -> str:
        """Fills in and sends the form of the last page whose action begins with this.

        If there are several, the first that has every field to fill in.
        """
        form = self.form(action, *filled)
        pairs = [(name, value) for name, value in form.fields if name not in filled]
        for name, value in filled.items():
            several = value if isinstance(value, list) else [value]
            pairs += [(name, each) for each in several]
        target = urljoin(self.address, form.action)
        return self._ask(target, urlencode(pairs).encode())

    def send_surely(self, action: str, **filled: str | list[str]) -> str:
        """The same, and once more if the page asks whether a rare value is right."""
        page = self.send(action, **filled)
        asked = self.status == 400 and 'name="asked"' in self.page
        return self.send(action, **filled) if asked else page

    def form(self, action: str, *names: str) -> Form:
        parser = _Forms()
        parser.feed(self.page)
        here = self.address.removeprefix(self.base)
        for form in parser.forms:
            if (form.action or here).startswith(action) and form.names >= set(names):
                return form
        asked = f"no form to {action} with {names} on {self.address}"
        raise AssertionError(f"{asked}:\n{self.page}")

    def _ask(self, url: str, data: bytes | None) -> str:
        try:
            with self._browser.open(url, data, timeout=20) as answer:
                self._remember(answer)
        except HTTPError as answer:
            self._remember(answer)
        return self.page

    def _remember(self, answer: Any) -> None:
        self.status, self.address = answer.status, answer.url
        self.page = answer.read().decode("utf-8")
