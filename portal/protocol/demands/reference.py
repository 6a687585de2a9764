"""The part of docs/study-files.md that lists every demand, generated from the tables.

It is between two marks of the document and is never edited by hand: ``python -m portal
study reference docs/study-files.md`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.protocol.demands import duties, items, messages, rules, texts
from portal.protocol.demands.need import Need
from portal.protocol.demands.numbers import NUMBERS

BEGINS = (
    "<!-- made by `python -m portal study reference`: change the tables instead -->"
)
ENDS = "<!-- end of what is made -->"


def reference(keys: str = "") -> str:
    """Every demand as Markdown, table by table, after the list of ``keys``."""
    parts = (_items(), _messages(), _texts(), _rules(), _duties(), _numbers())
    told = "\n\n".join("\n".join(part) for part in parts)
    return f"{keys}\n\n{told}" if keys else told


def put_into(document: str, keys: str = "") -> str:
    """``document`` with the present reference between its marks.

    Raises:
        ValueError: the document has no marks.
    """
    before, begins, rest = document.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        said = "The document has no marks for the reference."
        raise ValueError(said)
    return f"{before}{BEGINS}\n\n{reference(keys)}\n\n{ENDS}{after}"


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _braced(names: Iterable[str]) -> str:
    return _codes(f"{{{name}}}" for name in names)


def _items() -> Iterator[str]:
    yield "### Items that the program knows by name"
    yield ""
    yield "Every other item is the study's own. An item of one of these names means this."
    yield ""
    yield from _table(
        "item | must be | is there | what it is for",
        ((f"`{one.id}`", _shape(one), one.need.value, one.use) for one in items.ITEMS),
    )


def _shape(item: items.NamedItem) -> str:
    codes = f" of {_codes(item.codes)}" if item.codes else ""
    return f"{_codes(item.kinds)}{codes}"


def _messages() -> Iterator[str]:
    yield "### Messages that the program shows"
    yield ""
    yield "Any other placeholder there is a fault. **Bold** must stand in the message."
    yield ""
    rows = [
        (f"`{one.id}`", one.need.value, _held(one.may, one.must), one.shown)
        for one in messages.MESSAGES
    ]
    rows += [
        (f"any at `{one.key}`", Need.ALWAYS.value, _held(one.may, ()), one.shown)
        for one in messages.USES
    ]
    yield from _table("message | is there | may hold | shown", rows)


def _held(may: Iterable[str], must: Iterable[str]) -> str:
    marked = [f"**`{{{one}}}`**" if one in must else f"`{{{one}}}`" for one in may]
    return " ".join(marked)


def _texts() -> Iterator[str]:
    yield "### Texts and calls that the program sends"
    yield ""
    rows = [
        (f"`{one.id}`", one.need.value, _held(one.may, one.must), one.sent)
        for one in texts.TEXTS
    ]
    rows += [
        (f"any at `{one.key}`", Need.NEVER.value, _held(one.may, ()), one.sent)
        for one in texts.USES
    ]
    yield from _table("text | is there | may hold | sent when", rows)
    yield ""
    yield (
        f"A value has at most {texts.LONGEST_VALUE} characters; so have `duty_line` "
        "and the titles of `emergency` and `urgent`, which are put into texts."
    )


def _rules() -> Iterator[str]:
    yield "### Tasks of rules"
    yield ""
    yield from _table(
        "`review` | the task asks",
        ((f"`{kind}`", asked) for kind, asked in rules.REVIEWS.items()),
    )


def _duties() -> Iterator[str]:
    yield "### Work of duties"
    yield ""
    yield "Exactly one duty has each."
    yield ""
    yield from _table(
        "`work` | what it is",
        ((f"`{kind}`", told) for kind, told in duties.WORK.items()),
    )


def _numbers() -> Iterator[str]:
    yield "### Numbers"
    yield ""
    rows = (
        (
            f"`{one.key}`",
            str(one.least),
            str(one.most),
            "" if one.default is None else str(one.default),
            one.note,
        )
        for one in NUMBERS.values()
    )
    yield from _table("key | least | most | left out | ", rows)
