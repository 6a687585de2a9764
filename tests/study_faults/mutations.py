"""One fault in a study file: a key dropped, a type changed, a placeholder too many.

A file is taken as what TOML gives, changed at one place drawn at random, and written as
TOML again.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.protocol.demands import messages, texts
from portal.protocol.demands.numbers import NUMBERS

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
FILLINGS = sorted({*messages.VARIABLES, *texts.VARIABLES, "nonsense"})
EDGES = sorted({-1, 0, 1, 2, 3, *(n.least for n in NUMBERS.values()), 10**9, 10**13} | {
    edge for n in NUMBERS.values() for edge in (n.most, n.most + 1)
})  # fmt: skip
LANGUAGES = ("zh", "en")
STRANGE = ("\x00", "\u202e", "{", "}", "<b>", "'\"", "\n", "𠮷", "‌")

Tree = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where something stands: what holds it, and by which key or number."""

    holder: Any
    key: Any
    path: str

    @property
    def value(self) -> Any:
        return self.holder[self.key]


@dataclass(frozen=True)
class Mutant:
    """A file with one fault, and what was done to it."""

    said: str
    text: str


def mutant(file: Tree, chance: random.Random) -> Mutant:
    """A copy of ``file`` with one fault, drawn by ``chance``."""
    tree = copy.deepcopy(file)
    everywhere = list(places(tree))
    while True:
        name, mutate = chance.choice(MUTATIONS)
        place = chance.choice(everywhere)
        before = repr(place.value)
        if mutate(place, chance, everywhere) and tree != file:
            said = f"{name} at {place.path} (was {before[:60]})"
            return Mutant(said, written(tree))


def places(node: Any, path: str = "") -> Iterator[Place]:
    """Every value of a tree, with its dotted path."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(inner):
        here = f"{path}.{key}" if path else str(key)
        yield Place(node, key, here)
        if isinstance(value, dict | list):
            yield from places(value, here)


def written(tree: Tree) -> str:
    """A tree as TOML: every table inline, so that nothing hangs on the order."""
    return "\n".join(f"{json.dumps(key)} = {_value(one)}" for key, one in tree.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


def _is_wording(holder: Any) -> bool:
    """Whether something is said in each language here: ``words`` and signs hold lists."""
    return isinstance(holder, dict) and all(
        isinstance(holder.get(language), str) for language in LANGUAGES
    )


def _drop(place: Place, _chance: random.Random, _all: list[Place]) -> bool:
    del place.holder[place.key]
    return True


def _retype(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    others = ["x", 7, True, 1.5, [], {}, ["x"], {"zh": "字", "en": "word"}, [{}], -3]
    kind = type(place.value)
    place.holder[place.key] = chance.choice(
        [one for one in others if type(one) is not kind]
    )
    return True


def _add_placeholder(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    if not _is_wording(place.holder):
        return False
    name = chance.choice(FILLINGS)
    for language in LANGUAGES:
        place.holder[language] += f"{{{name}}}" if language == "en" else f"，{{{name}}}"
    if "variables" in place.holder and chance.random() < 0.8:
        place.holder["variables"].append(name)
    return True


def _lose_placeholder(place: Place, _chance: random.Random, _all: list[Place]) -> bool:
    if not _is_wording(place.holder):
        return False
    found = PLACEHOLDER.findall(str(place.holder["en"]))
    for language in LANGUAGES:
        place.holder[language] = PLACEHOLDER.sub(
            "某处" if language == "zh" else "there", str(place.holder[language])
        )
    if "variables" in place.holder:
        place.holder["variables"] = []
    return bool(found)


def _double(place: Place, _chance: random.Random, _all: list[Place]) -> bool:
    if not isinstance(place.holder, list):
        return False
    place.holder.append(copy.deepcopy(place.value))
    return True


def _huge(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    value = place.value
    if isinstance(value, bool | dict):
        return False
    if isinstance(value, int):
        place.holder[place.key] = chance.choice(EDGES)
    elif value:
        place.holder[place.key] = value * chance.choice((3, 40, 2000))
    return bool(value) or isinstance(value, int)


def _empty(place: Place, _chance: random.Random, _all: list[Place]) -> bool:
    place.holder[place.key] = type(place.value)()
    return True


def _forget_language(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    language = chance.choice(LANGUAGES)
    if not isinstance(place.value, dict) or language not in place.value:
        return False
    del place.value[language]
    return True


def _swap(place: Place, chance: random.Random, everywhere: list[Place]) -> bool:
    """Another value of the same kind, from elsewhere: an id, a code, a clock, a table."""
    other = chance.choice(everywhere)
    if type(other.value) is not type(place.value) or other.value == place.value:
        return False
    place.holder[place.key] = copy.deepcopy(other.value)
    return True


def _rename(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    if not isinstance(place.holder, dict):
        return False
    name = str(place.key) + chance.choice(("_", "2", " x", "é", '"'))
    place.holder[name] = place.holder.pop(place.key)
    return True


def _strange(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    if not isinstance(place.value, str):
        return False
    at = chance.randrange(len(place.value) + 1)
    odd = chance.choice(STRANGE)
    place.holder[place.key] = place.value[:at] + odd + place.value[at:]
    return True


def _deep(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    value = place.value
    for _ in range(chance.choice((2, 12, 30, 300))):
        value = [value] if chance.random() < 0.5 else {"not": value}
    place.holder[place.key] = value
    return True


def _move(place: Place, chance: random.Random, _all: list[Place]) -> bool:
    """Another order in a list."""
    if not isinstance(place.value, list) or len(place.value) < 2:
        return False
    before = list(place.value)
    chance.shuffle(place.value)
    return place.value != before


Mutation = Callable[[Place, random.Random, list[Place]], bool]
MUTATIONS: tuple[tuple[str, Mutation], ...] = (
    ("drop", _drop),
    ("another type", _retype),
    ("a placeholder more", _add_placeholder),
    ("its placeholders gone", _lose_placeholder),
    ("twice", _double),
    ("huge", _huge),
    ("empty", _empty),
    ("a language missing", _forget_language),
    ("a value from elsewhere", _swap),
    ("renamed", _rename),
    ("a strange character", _strange),
    ("deep", _deep),
    ("another order", _move),
)
