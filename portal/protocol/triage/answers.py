"""Whether the answers of an entry have the form that its study requires.

Faults are named field by field, and valid answers are kept. So a mistake in one field
never hides a red flag in another, or in the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.triage.verdict import AnswerFault
from portal.protocol.words.measured import read_item
from portal.protocol.words.note import storable
from portal.protocol.words.numbers import UNREADABLE

_WORDS_READ = 2_000  # code points of a note that are read, also of a longer one
_NAME_SHOWN = 80  # code points of an unknown id that are shown in a fault


@dataclass(frozen=True)
class Checked:
    """The usable ``answers``; ``faults`` make the entry invalid, ``doubts`` do not.

    A doubt is a value of the right type that cannot be true: an oxygen reading of 9. An
    unreadable temperature is neither: rule T18 handles it.
    """

    answers: Mapping[str, object]
    faults: tuple[AnswerFault, ...]
    doubts: tuple[AnswerFault, ...]


@dataclass(frozen=True)
class _Judged:
    kept: object = None
    fault: str = ""
    doubt: str = ""


def check_answers(items: Mapping[str, Item], answers: object) -> Checked:
    """Check every answer against the study's ``items``; never raises.

    Faults are in the order of the study's items, then unknown ids by name: the order of
    keys does not matter. A note that is too long or has characters that cannot be
    stored is a fault, but its words are still kept for triage.
    """
    if not isinstance(answers, Mapping):
        return Checked(
            {}, (AnswerFault("answers", "must be an object of answers"),), ()
        )
    judged = {
        name: _KINDS[item.kind](item, answers[name])
        for name, item in items.items()
        if name in answers
    }
    known = {*items, REPORTER}  # who reports is kept also where nobody is asked
    unknown = sorted(str(name)[:_NAME_SHOWN] for name in answers if name not in known)
    kept = {name: one.kept for name, one in judged.items() if one.kept is not None}
    faults = [AnswerFault(name, one.fault) for name, one in judged.items() if one.fault]
    faults += [AnswerFault(name, "the study has no such item") for name in unknown]
    doubts = [AnswerFault(name, one.doubt) for name, one in judged.items() if one.doubt]
    return Checked(kept, tuple(faults), tuple(doubts))


def _codes(item: Item) -> str:
    return ", ".join(str(choice.code) for choice in item.choices)


def _choice(item: Item, value: object) -> _Judged:
    if not isinstance(value, str):
        return _Judged(fault=f"must be text, one of {_codes(item)}")
    if value not in [choice.code for choice in item.choices]:
        return _Judged(fault=f"is not one of {_codes(item)}")
    return _Judged(value)


def _level(item: Item, value: object) -> _Judged:
    if type(value) is not int:  # true is not 1
        return _Judged(fault=f"must be a whole number, one of {_codes(item)}")
    if value not in [choice.code for choice in item.choices]:
        return _Judged(fault=f"is not one of {_codes(item)}")
    return _Judged(value)


def _multi(item: Item, value: object) -> _Judged:
    """A list of codes; the valid codes are kept, also if there is a fault."""
    if not isinstance(value, list | tuple):
        return _Judged(fault=f"must be a list of {_codes(item)}")
    given = [code for code in value if isinstance(code, str)]
    kept = [str(choice.code) for choice in item.choices if choice.code in given]
    fault = ""
    if len(given) < len(value) or not set(given) <= set(kept):
        fault = f"holds something other than {_codes(item)}"
    elif len(given) > len(kept):
        fault = "holds the same code twice"
    return _Judged(kept if kept or not fault else None, fault)


def _temperature(item: Item, value: object) -> _Judged:
    if value == "cannot" and item.cannot:
        return _Judged(value)
    if not isinstance(value, Mapping) or set(value) != {"value", "unit"}:
        return _Judged(fault='must be {"value": "38.0", "unit": "C"}')
    typed, unit = value["value"], value["unit"]
    if not isinstance(typed, str):
        return _Judged(fault="the value must be the text as typed")
    if unit not in ("C", "F"):
        return _Judged(fault="the unit is not one of C, F")
    kept = {"value": storable(typed), "unit": unit}
    return _Judged(kept, _unstorable(typed))


def _dose(item: Item, value: object) -> _Judged:
    """``"no"`` or ``{"mg": text}``. A dose that cannot be read counts as taken."""
    if value == "no":
        return _Judged(value)
    if not isinstance(value, Mapping) or set(value) != {"mg"}:
        return _Judged(fault='must be "no" or {"mg": "20"}')
    typed = value["mg"]
    if not isinstance(typed, str):
        return _Judged(fault="the dose must be the text as typed")
    kept = {"mg": storable(typed)}
    return _Judged(kept, _unstorable(typed), _doubt(item, kept))


def _measure(item: Item, value: object) -> _Judged:
    if not isinstance(value, str):
        return _Judged(fault="must be the number as typed, as text")
    kept = storable(value)
    return _Judged(kept, _unstorable(value), _doubt(item, kept))


def _doubt(item: Item, kept: object) -> str:
    if read_item(item, kept).state != UNREADABLE:
        return ""
    least, most = item.bounds
    return f"is not a number from {least} to {most}"


def _text(item: Item, value: object) -> _Judged:
    if not isinstance(value, str):
        return _Judged(fault="must be text")
    read = value[:_WORDS_READ]
    fault = _unstorable(read)
    if item.max_length is not None and len(value) > item.max_length:
        fault = f"is longer than {item.max_length} characters"
    return _Judged(storable(read), fault)


def _unstorable(text: str) -> str:
    return "" if storable(text) == text else "holds a character that is not text"


_KINDS: Mapping[ItemKind, Callable[[Item, object], _Judged]] = {
    ItemKind.CHOICE: _choice,
    ItemKind.LEVEL: _level,
    ItemKind.MULTI: _multi,
    ItemKind.TEMPERATURE: _temperature,
    ItemKind.DOSE: _dose,
    ItemKind.NUMBER: _measure,
    ItemKind.TEXT: _text,
}
