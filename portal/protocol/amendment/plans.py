"""All other parts of two versions: silence, reminders, caps, switches and so on.

Every field of the stored form is compared, so that no new field is overlooked. A field
without a wording here is shown by its name in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.protocol.amendment.change import Bearing, Part, StudyChange
from portal.protocol.amendment.ladders import sooner
from portal.protocol.amendment.silence_tables import cut_alike, run_label
from portal.protocol.printed.duty_words import duty_title
from portal.protocol.study.compiled import to_compiled
from portal.protocol.study.model import Study
from portal.protocol.study.text import (
    Text,
    is_wording,
    joined,
    mark,
    same,
    worded,
    worded_for,
)

TOLD_ELSEWHERE = {
    *("visits", "phases", "items", "groups", "rules", "policies", "messages"),
    *("texts", "words", "duties", "signs"),
}
NOTHING_FOLLOWS = {"examples", "sha256", "format", "forms"}
"""The file's examples and its names, and what is made of its signs."""
PARTS = {"missing": Part.SILENCE, "reminders": Part.REMINDERS, "paging": Part.LADDERS}
LOWER_IS_STRICTER = (
    "task.after_missed",
    "task.days_later",
    "task.at",
    "task.ack_by",
    "brought_forward_minutes",
    "recheck.after_minutes",
    "recheck.task_after_minutes",
    "visit_missed_task_days",
    "planned_call_max_minutes",
)
LABELS = {
    "due": worded("diary due"),
    "reminders": worded("reminders"),
    "after_missed": worded("missed in a row before a call"),
    "days_later": worded("days later"),
    "at": worded("at"),
    "opens": worded("opens at"),
    "ack_by": worded("to be dealt with by"),
    "role": worded("whose work"),
    "escalate": worded("then paged"),
    "task": worded("call task"),
    "brought_forward_minutes": worded("minutes when brought forward"),
    "brought_forward_tiers": worded("tiers that bring it forward"),
    "visit_days": worded("days before a visit"),
    "visit_at": worded("hour of visit texts"),
    "visit_text": worded("visit text"),
    "expire_at": worded("expire at"),
    "evening": worded_for("study", "evening reading"),
    "counts_from": worded("what counts as it comes from"),
    "recheck": worded("second reading"),
    "dated": worded("messages valid until a day"),
    "deviation": worded("deviations"),
    "advice": worded("advice"),
    "ask": worded("asks"),
    "pinned": worded("pinned questions"),
    "mark": worded_for("study", "mark"),
    "items": worded("questions"),
    "codes": worded("answers"),
    "unit": worded("unit"),
    "least": worded("from"),
    "most": worded("to"),
    "lines": worded("lines"),
    "low": worded("a low reading stands out"),
    "beside": worded("shown beside"),
    "rule": worded("known as"),
    "silence": worded("alert about silence"),
    "silence_rule": worded("alert about silence known as"),
    "title": worded("title"),
    "events": worded("events"),
    "version": worded("version"),
    "day_zero": worded("name of D0"),
    "approved": worded("approved"),
    "consent": worded("consent form needed"),
    "registry": worded("registry"),
}


def other_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes in the fields of all other tables, by path."""
    before, after = _tables(old), _tables(new)
    cut = cut_alike(before["missing"], after["missing"])
    before["missing"], after["missing"] = cut
    for key in (before.keys() | after.keys()) - TOLD_ELSEWHERE - NOTHING_FOLLOWS:
        was = _leaves({key: before.get(key)})
        now = _leaves({key: after.get(key)})
        for path in dict.fromkeys([*was, *now]):
            if was.get(path) != now.get(path):
                yield _change(old, new, path, (was.get(path), now.get(path)))


def _tables(study: Study) -> dict[str, Any]:
    """The tables of a study by name; each curve is one, called by its place."""
    tables = dict(to_compiled(study))
    curves = enumerate(tables.pop("curves"), start=1)
    return tables | {f"curve[{place}]": one for place, one in curves}


def _leaves(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Each value of a table by its path; a list or a wording counts as one value."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and not is_wording(value):
            found |= _leaves(value, f"{path}.")
        elif value is not None:
            found[path] = value
    return found


def _change(
    old: Study, new: Study, path: str, values: tuple[object, object]
) -> StudyChange:
    was, now = values
    table, _, rest = path.partition(".")
    name, inner = same(table if rest else new.id), rest or table
    if table == "missing":
        phase, _, inner = rest.partition(".")
        titles = {one.code: one.title for one in new.phases}
        name = joined([same(phase), titles.get(phase, same(""))], same(" "))
    bearing = Bearing.CHANGED
    evening = table == "missing" and path.endswith(("evening.at", "evening.ack_by"))
    if evening or path.endswith(LOWER_IS_STRICTER):
        bearing = sooner(was, now)
    key, part = path.rpartition(".")[2], PARTS.get(table, Part.STUDY)
    said = _words(old, was, key), _words(new, now, key)
    return StudyChange(part, name, _label(inner), *said, bearing)


def _label(path: str) -> Text:
    parts = [run_label(key) or LABELS.get(key, same(key)) for key in path.split(".")]
    return joined(parts, mark("colon"))


def _words(study: Study, value: object, key: str = "") -> Text | None:
    """A value in words; ``key``: what it is, since a role is shown by its title."""
    if value is None:
        return None
    if key == "role":
        return duty_title(study, str(value))
    if isinstance(value, Mapping) and is_wording(value):
        return Text(value)
    if isinstance(value, Mapping):
        shown = [
            (_label(name), _words(study, one, name)) for name, one in value.items()
        ]
        pairs = [joined([name, one], same(" ")) for name, one in shown if one]
        return joined(pairs, mark("clause"))
    if isinstance(value, list | tuple):
        said = [_words(study, one) or same("") for one in value]
        return joined(said, mark("semicolon"))
    if isinstance(value, bool):
        return worded("yes") if value else worded("no")
    return same(str(value))
