"""One line of ``study triage``: from its JSON object to the object of the answer."""

from __future__ import annotations

from collections.abc import Mapping

from portal.errors import InvalidInput
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import WITHOUT_RED_FLAGS, judge, refusal
from portal.protocol.triage.unread_words import leaves_unread
from portal.protocol.triage.verdict import AnswerFault, PastEntry, Verdict
from portal.vocabulary.diary import EntrySource

_KEYS = ("phase", "answers", "previous", "source", "place")
_SOURCES = (EntrySource.APP, *WITHOUT_RED_FLAGS)


def judge_line(study: Study, line: object) -> dict[str, object]:
    """The answer to one line, as it is printed.

    Raises ``InvalidInput`` with the field if the line cannot be judged. If the answers
    are urgent, a fault in the other fields is listed with the verdict, like an invalid
    answer.
    """
    if not isinstance(line, Mapping):
        raise InvalidInput("must be a JSON object", field="line")
    if "answers" not in line:
        raise InvalidInput("is missing", field="answers")
    answers = line["answers"]
    if not isinstance(answers, Mapping):
        raise InvalidInput("must be an object of answers", field="answers")
    previous, faults = _previous(line.get("previous", []))
    source = line.get("source", "app")
    if source not in _SOURCES:
        faults.append(AnswerFault("source", f"must be one of {', '.join(_SOURCES)}"))
    place, wrong = _place(line.get("place"))
    faults += wrong
    given = line.get("phase")
    phase = given if isinstance(given, str) else None
    verdict = judge(study, phase, answers, previous, source=source, place=place)
    if faults and not verdict.tier.pages:
        raise refusal(faults)
    unknown = sorted(str(key)[:80] for key in line if key not in _KEYS)
    faults += [AnswerFault(key, "is not known and was not read") for key in unknown]
    printed = _printed(verdict, faults)
    unread = leaves_unread(study.items, answers, verdict)
    return {**printed, "unread_words": True} if unread else printed


def _place(value: object) -> tuple[Place | None, list[AnswerFault]]:
    """Where the person is; None: the place of the phase."""
    known = {place.value: place for place in Place}
    if value is None or (isinstance(value, str) and value in known):
        return known.get(str(value)), []
    return None, [AnswerFault("place", f"must be one of {', '.join(known)}")]


def _previous(value: object) -> tuple[list[PastEntry], list[AnswerFault]]:
    """The earlier entries of the right shape, and the faults of the others."""
    if not isinstance(value, list):
        return [], [AnswerFault("previous", "must be a list of earlier entries")]
    entries: list[PastEntry] = []
    faults: list[AnswerFault] = []
    for place, one in enumerate(value):
        field, problem = _entry_problem(one)
        if problem:
            faults.append(AnswerFault(f"previous[{place}]{field}", problem))
        else:
            entries.append(PastEntry(one["days_ago"], one["answers"]))
    return entries, faults


def _entry_problem(entry: object) -> tuple[str, str]:
    if not isinstance(entry, Mapping):
        return "", "must be an object with days_ago and answers"
    days = entry.get("days_ago")
    if type(days) is not int or days < 0:
        return ".days_ago", "must be a whole number of days, 0 or more"
    if not isinstance(entry.get("answers"), Mapping):
        return ".answers", "must be an object of answers"
    return "", ""


def _printed(verdict: Verdict, faults: list[AnswerFault]) -> dict[str, object]:
    found = [
        {"rule": finding.rule, "tier": finding.tier.value}
        for finding in verdict.findings
    ]
    told = [*verdict.faults, *faults]
    return {
        "tier": verdict.tier.value,
        "ack_minutes": verdict.ack_minutes,
        "findings": found,
        "advice": list(verdict.advice),
        "faults": [{"field": one.field, "problem": one.problem} for one in told],
    }
