"""The study's messages of a verdict as sentences, the most important first.

A promise with a clock is shown only while it is true: for a report that nobody has,
never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import told_for
from portal.protocol.triage.verdict import Verdict
from portal.web.frame.language import language
from portal.web.parts.advice import both_places
from portal.web.parts.advice.wording import sentences

PROMISES = "{minutes}"


def templates(study: Study, verdict: Verdict, *, promised: bool) -> list[str]:
    """Every message of the verdict as sentences, placeholders in them, main one first.

    ``promised``: whether minutes are promised; if not, no sentence names them. If
    nobody knows whether the person is home, the first sentence is right in both places.
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
    """What is said about a report that came in: the heading, then the rest.

    ``told`` says when it came. It is the heading if the study says nothing, and over
    ``words``: the lines about words that a person will read. They replace the thanks
    for a calm diary.
    """
    known = templates(study, verdict, promised=promised)
    lines = [line.format_map(values) for line in known]
    if not lines or (words and verdict.tier is Tier.ROUTINE):
        return [told, *words, *lines[1:]]
    return [*lines, *words]


def promises(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """The sentences that are true only until a clock has run down."""
    known = templates(study, verdict, promised=True)
    return [line.format_map(values) for line in known if PROMISES in line]


def unsent(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """The sentences about a report that nobody has; ``values`` are the numbers to call."""
    known = {"v": "", "c": "", **values}
    said = templates(study, verdict, promised=False)
    return [line.format_map(known) for line in said]
