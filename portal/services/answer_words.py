"""Answers in the study's own words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.study.model import Item, ItemKind, Study


def in_words(
    study: Study, answers: Mapping[str, Any], language: str
) -> list[tuple[str, str]]:
    """Question and answer, in the study's order; what was not answered is left out."""
    return [
        (item.label.say(language), _answer(item, answers[name], language))
        for name, item in study.items.items()
        if name in answers
    ]


def _answer(item: Item, answer: Any, language: str) -> str:
    labels = {str(choice.code): choice.label.say(language) for choice in item.choices}
    nothing = "都没有" if language == "zh" else "none of these"
    match item.kind:
        case ItemKind.TEMPERATURE if isinstance(answer, Mapping):
            return (
                f"{answer.get('value', '')} {'℉' if answer.get('unit') == 'F' else '℃'}"
            )
        case ItemKind.DOSE if isinstance(answer, Mapping):
            return f"{answer.get('mg', '')} mg"
        case ItemKind.MULTI if isinstance(answer, list):
            mark = "、" if language == "zh" else ", "
            return (
                mark.join(labels.get(str(code), str(code)) for code in answer)
                or nothing
            )
        case _:
            return labels.get(str(answer), str(answer))
