"""The text of a new study file: a small whole study, with comments that explain it.

Its model stands beside this module, in every language that it knows. A language that the
new study does not offer is cut out, since a study holds a wording in its own languages
only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMED = "new-study"
"""What the model calls itself."""
_WORDS = re.compile(r"^\[words\.(\w+)\]", re.MULTILINE)


def model_languages(model: str) -> tuple[str, ...]:
    """The languages of the model, in its order."""
    return tuple(_WORDS.findall(model))


def new_text(model: str, study_id: str, called: str, languages: Sequence[str]) -> str:
    """The model as the study ``study_id`` with these languages, the first for newcomers.

    ``called`` is what commands name it by: its id, or a path.
    """
    text = model
    for key in model_languages(model):
        text = _one_example(text, key) if key in languages else _without(text, key)
    quoted = ", ".join(f'"{key}"' for key in languages)
    text = re.sub(r"(?m)^languages = \[.*?\]", f"languages = [{quoted}]", text)
    text = text.replace(f'id = "{NAMED}"', f'id = "{study_id}"')
    return text.replace(f" {NAMED}", f" {called}")


def _one_example(text: str, key: str) -> str:
    """Without the mark of tables that only a study in this language has."""
    return re.sub(rf"(?m)^(\[\[\w+\]\]) # {key}$", r"\1", text)


def _without(text: str, key: str) -> str:
    """The text without a language: its wordings, its words, its examples."""
    table = rf"^\[(?:words\.{key}\]|\[\w+\]\] # {key}$).*?\n\n"
    text = re.sub(table, "", text, flags=re.MULTILINE | re.DOTALL)
    for wording in (f'^{key} = "[^"]*"\n', f', {key} = "[^"]*"', f'{key} = "[^"]*", '):
        text = re.sub(wording, "", text, flags=re.MULTILINE)
    return text
