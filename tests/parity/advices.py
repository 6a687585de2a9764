"""What is said and dialled after a report: verdicts, places, promises and languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from flask import Flask
from flask.ctx import RequestContext

from portal.characters import BLANKS
from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import Verdict
from portal.web.frame import language as speech
from portal.web.parts.advice import advice_lines, both_places, calls
from portal.web.parts.advice.wording import unbroken
from tests.parity.generate import Generator

LANGUAGES = ("zh", "en")
NUMBERS = [
    "028-5550 0120",
    "0120",
    "+86 28-5550-0120",
    "{phone}",
    "\u202e120",
    "０２８－５",
]
READINGS = [
    "38.4",
    "３８．４",
    "101.2 °F",
    "{minutes}",
    "{line}",
    "\u202e38.4",
    "9" * 40,
    "",
]
PIECES = ["Call {phone}", "拨打{emergency}", "3.5 mg", "within {minutes} minutes",
          "{v} is {c}", "no", "不要等", "e.g", "$1$2", "%s", "\0"]  # fmt: skip
ENDS = ["。", "！", "？", ". ", "! ", "? ", ".", "?!", "。 ", ".\n", "…", "，", ""]


class EveryLanguage:
    """In place of the sites: a page may be had in every language that there is."""

    def languages(self, _version: int | None) -> tuple[str, ...]:
        return tuple(LANGUAGES)


@cache
def _app() -> Flask:
    """As little of the portal as says its sentences in two languages."""
    app = Flask("portal")
    app.extensions["sites"] = EveryLanguage()
    speech.install(app)
    return app


def speaking(language: str) -> RequestContext:
    """Say what follows as a page in a language does."""
    return _app().test_request_context(headers={"Accept-Language": language})


@cache
def words(language: str) -> Mapping[str, str]:
    """The sentences that the server writes into the pages that a phone keeps."""
    with speaking(language):
        said = both_places.unfilled("{phone}")
    return {
        "both-emergency": said["emergency"],
        "both-urgent": said["urgent"],
        "on-ward": said["on_ward"],
        "at-home": said["at_home"],
    }


def cases(study: Study, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Verdicts of generated entries, or put together; told in each way."""
    draw = Random(seed)
    entries = Generator(study, seed).entries(count)
    for entry in entries:
        language = draw.choice(LANGUAGES)
        verdict = _judged(study, entry) if draw.random() < 0.5 else None
        tier, advice = verdict or _put_together(draw, study)
        yield {
            "language": language,
            "verdict": {"tier": tier, "advice": advice},
            "texts": _texts(draw, advice),
            "words": dict(words(language)),
            "numbers": {
                "phone": draw.choice(NUMBERS),
                "emergency": draw.choice(["120", "112", "999 {v}"]),
            },
            "reading": {"v": draw.choice(READINGS), "c": draw.choice(READINGS)},
            "minutes": draw.choice([0, 0, 5, 15, 60]),
            "sent": draw.random() < 0.6,
            "told": draw.choice(["Received at 09:00.", "09:00收到。"]),
            "read": draw.choice([[], [], ["If ill, phone.", "Read by 11:00."]]),
            "wanted": draw.random() < 0.5,
        }


def _judged(study: Study, entry: dict[str, Any]) -> tuple[str, list[str]] | None:
    place = Place(entry["place"]) if entry["place"] else None
    try:
        verdict = judge(study, entry["phase"], entry["answers"], (), place=place)
    except EntryRefused:
        return None
    return verdict.tier.value, list(verdict.advice)


def _put_together(draw: Random, study: Study) -> tuple[str, list[str]]:
    """Any tier's advice: for the ward, for home, for both, and what comes beside."""
    tier = draw.choice(list(Tier))
    policy = study.policies[tier]
    home = draw.choice(
        [policy.advice, *[one.advice for one in study.policies.values()]]
    )
    main = [home]
    if policy.ward_advice:
        main = draw.choice([[home], [policy.ward_advice], [policy.ward_advice, home]])
    return tier.value, [*main, *[one for one in study.beside if draw.random() < 0.3]]


def _texts(draw: Random, advice: list[str]) -> dict[str, dict[str, str]]:
    """The study's own words, or others that are cut into sentences otherwise."""
    if draw.random() < 0.5:
        return {}
    return {name: {language: _text(draw) for language in LANGUAGES} for name in advice}


def _text(draw: Random) -> str:
    parts: list[str] = []
    for _ in range(draw.randrange(1, 5)):
        parts += [draw.choice(PIECES), draw.choice(ENDS)]
        if draw.random() < 0.2:
            parts.append(draw.choice([*BLANKS, "\ufeff", "\u200b"]))
    return "".join(parts)


def by_python(study: Study, case: dict[str, Any]) -> dict[str, Any]:
    """The sentences and the buttons of the server's page."""
    said = case["verdict"]
    verdict = Verdict(Tier(said["tier"]), None, (), tuple(said["advice"]), ())
    messages = {
        name: replace(study.messages[name], text=Text(text))
        for name, text in case["texts"].items()
    }
    spoken = replace(study, messages={**study.messages, **messages})
    dialled = calls.calls(study, verdict, sent=case["sent"], wanted=case["wanted"])
    return {
        "lines": _lines(spoken, verdict, case),
        "calls": [[one.line.value, one.first] for one in dialled],
    }


def _lines(study: Study, verdict: Verdict, case: dict[str, Any]) -> list[str]:
    numbers = case["numbers"]
    values = {**case["reading"], **numbers, "phone": unbroken(numbers["phone"])}
    with speaking(case["language"]):
        if not case["sent"]:
            return advice_lines.unsent(study, verdict, values)
        return advice_lines.sent(
            study,
            verdict,
            {**values, "minutes": str(case["minutes"])},
            promised=bool(case["minutes"]),
            told=case["told"],
            words=case["read"],
        )
