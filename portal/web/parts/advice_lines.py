"""The study's messages of a verdict as sentences, the most important first.

A promise with a clock stands only as long as it holds: of a report that nobody has, none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study, Tier
from portal.protocol.triage.judge import told_for
from portal.protocol.triage.verdict import Verdict
from portal.web.frame.language import language
from portal.web.parts import both_places
from portal.web.parts.wording import sentences

PROMISES = "{minutes}"


def templates(study: Study, verdict: Verdict, *, promised: bool) -> list[str]:
    """Every message of the verdict as sentences, placeholders in them, main one first.

    ``promised``: whether minutes are promised; where not, no sentence names them. Where
    nobody knows whether the person is home: first what is right in both places.
    """
    both = told_for(study, verdict) is Place.UNKNOWN
    holds = promised and not both
    texts = [study.messages[one].text.say(language()) for one in verdict.advice]
    said = [
        [one for one in sentences(each) if holds or PROMISES not in one]
        for each in texts
    ]
    if both:
        first = both_places.heading(verdict.tier, "{phone}", "{emergency}")
        said = [[first], both_places.in_each(said[0], said[1]), *said[2:]]
    return [line for lines in said for line in lines]


def sent(
    study: Study,
    verdict: Verdict,
    values: Mapping[str, str],
    *,
    promised: bool,
    told: str,
    words: Sequence[str] = (),
) -> list[str]:
    """What is said of a report that came in: the heading, then the rest.

    ``told`` says when it came. It is the heading where the study says nothing, and over
    ``words``, what is told of words that somebody is to read: a calm diary's thanks
    make way for them.
    """
    known = templates(study, verdict, promised=promised)
    lines = [line.format_map(values) for line in known]
    if not lines or (words and verdict.tier is Tier.ROUTINE):
        return [told, *words, *lines[1:]]
    return [*lines, *words]


def promises(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """Those among the sentences that hold until a clock has run down."""
    known = templates(study, verdict, promised=True)
    return [line.format_map(values) for line in known if PROMISES in line]


def unsent(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """The sentences of a report that nobody has; ``values`` are the numbers to call."""
    known = {"v": "", "c": "", **values}
    said = templates(study, verdict, promised=False)
    return [line.format_map(known) for line in said]
