"""The differences of two versions as plain text, for a clinician to read and sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from portal.languages import FIRST, LANGUAGES
from portal.protocol.amendment.change import Bearing, Part, StudyChange
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, in_each, joined, mark, worded

BEARINGS = {
    Bearing.STRICTER: worded("stricter"),
    Bearing.CALMER: worded("calmer"),
    Bearing.CHANGED: worded("changed"),
}
ADDED, REMOVED = worded("new"), worded("removed")
PARTS = {
    Part.RULES: worded("Rules"),
    Part.LADDERS: worded("Clocks and ladders"),
    Part.SILENCE: worded("Missing diaries"),
    Part.VISITS: worded("Visits and phases"),
    Part.QUESTIONS: worded("Questions"),
    Part.MESSAGES: worded("Messages"),
    Part.TEXTS: worded("Texts and calls"),
    Part.WORDS: worded("Words looked for"),
    Part.REMINDERS: worded("Reminders"),
    Part.STUDY: worded("Study"),
}
BEFORE, NOW = worded("before"), worded("now")
NOTHING = worded("The two versions do not differ.")


def said_of(change: StudyChange) -> Text:
    """Whether a change is stricter, calmer, new or a removal, in words."""
    bearing = BEARINGS[change.bearing]
    if change.before is not None and change.after is not None:
        return bearing
    whole = ADDED if change.before is None else REMOVED
    if change.bearing is Bearing.CHANGED:
        return whole
    return joined([whole, bearing], mark("clause"))


def wordings(change: StudyChange) -> tuple[Text | None, Text | None]:
    """Both wordings; in the other language if they are the same in this one."""
    before, after = change.before, change.after
    if before is None or after is None:
        return before, after
    told = {key for key in LANGUAGES if before.say(key) != after.say(key)}
    other = min(told, key=list(LANGUAGES).index, default=FIRST)
    shown = {key: key if key in told else other for key in LANGUAGES}
    return (
        in_each(lambda key: before.say(shown[key])),
        in_each(lambda key: after.say(shown[key])),
    )


def printed_changes(
    old: Study, new: Study, found: Sequence[StudyChange], language: str
) -> str:
    """All changes by part, with the numbers of stricter and calmer ones."""
    return "\n".join(_lines(old, new, found, language))


def _lines(
    old: Study, new: Study, found: Sequence[StudyChange], language: str
) -> Iterator[str]:
    yield f"{old.id} {old.version} → {new.id} {new.version}"
    if not found:
        yield NOTHING.say(language)
        return
    counts = Counter(one.bearing for one in found)
    told = [f"{BEARINGS[one].say(language)} {counts[one]}" for one in Bearing]
    yield " · ".join(told)
    for part in Part:
        changes = [one for one in found if one.part is part]
        if changes:
            yield ""
            yield f"## {PARTS[part].say(language)}"
        for change in changes:
            yield from _change(change, language)


def _change(change: StudyChange, language: str) -> Iterator[str]:
    bearing = said_of(change).say(language)
    about = f"{change.name.say(language)} · {change.aspect.say(language)}"
    yield f"[{bearing}] {about}"
    for when, text in zip((BEFORE, NOW), wordings(change), strict=True):
        if text is not None:
            yield f"    {when.say(language)}: {text.say(language)}"
