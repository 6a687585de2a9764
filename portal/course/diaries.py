"""A diary filled in screen by screen, as its pages ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from portal.course.pages import PageBroken, Visitor, look, opened
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier

MOST_SCREENS = 30
UNBOUNDED = "5"


@dataclass
class Form:
    """A form of a page: its address and its hidden fields."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given["name"]] = given.get("value", "")


def fill_in(study: Study, visitor: Visitor, reporter: str) -> None:
    """Fill in every screen of today's diary calmly, and open the page that follows.

    Raises:
        PageBroken: one of these pages is broken.
    """
    address, said = "/diary", {"reporter": reporter, "none": "1"}
    for _ in range(MOST_SCREENS):
        form = _form(opened(visitor, address).get_data(as_text=True), "/diary")
        if form is None:
            return
        answer = visitor.client.post(form.action, data={**form.hidden, **said})
        look(form.action, answer)
        if answer.status_code != 303:
            raise PageBroken(f"a calm diary got the answer {answer.status}")
        address = answer.headers["Location"]
        said = {"go": "1", **_calm(study)}
    raise PageBroken("the diary does not end")


def _form(page: str, start: str) -> Form | None:
    reader = _Forms()
    reader.feed(page)
    return next((f for f in reader.forms if f.action.startswith(start)), None)


def _calm(study: Study) -> dict[str, Any]:
    """A calm answer to every item of the study."""
    fields: dict[str, Any] = {}
    for item in study.items.values():
        fields |= _field(study, item)
    return fields


def _field(study: Study, item: Item) -> dict[str, Any]:
    match item.kind:
        case ItemKind.TEMPERATURE:
            return {item.id: "36.6", f"{item.id}_unit": "C"}
        case ItemKind.NUMBER:
            return {item.id: _number(study, item)}
        case ItemKind.CHOICE | ItemKind.LEVEL | ItemKind.DOSE:
            calm = item.choices[0].code if item.calm is None else item.calm
            return {item.id: str(calm)}
        case _:
            return {}


def _number(study: Study, item: Item) -> str:
    """A number of a calm example, or the middle of what the item can be."""
    calm = (one.answers for one in study.examples if one.tier is Tier.ROUTINE)
    told = next((answers[item.id] for answers in calm if item.id in answers), None)
    if isinstance(told, str):
        return told
    return str(sum(item.plausible) // 2) if item.plausible else UNBOUNDED
