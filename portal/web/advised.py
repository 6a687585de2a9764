"""The study's messages of a verdict as sentences, the most important first.

A promise with a clock stands only as long as it holds: of a report that nobody has, none.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.study.model import Study
from portal.core.verdict import Verdict
from portal.web.language import language
from portal.web.wording import sentences

PROMISES = "{minutes}"


def templates(study: Study, verdict: Verdict, *, promised: bool) -> list[str]:
    """Every message of the verdict as sentences, placeholders in them, main one first.

    ``promised``: whether minutes are promised; where not, no sentence names them.
    """
    said = [study.messages[one].text.say(language()) for one in verdict.advice]
    every = [line for text in said for line in sentences(text)]
    return [line for line in every if promised or PROMISES not in line]


def unsent(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """The sentences of a report that nobody has; ``values`` are the numbers to call."""
    known = {"v": "", "c": "", **values}
    said = templates(study, verdict, promised=False)
    return [line.format_map(known) for line in said]
