"""All other parts of two versions: silence, reminders, caps, switches and so on.

Every field of the stored form is compared, so that no new field is overlooked. A field
without a wording here is shown by its name in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.protocol.amendment.change import Bearing, Part, StudyChange, joined, same
from portal.protocol.amendment.ladders import sooner
from portal.protocol.study.compiled import to_compiled
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text

TOLD_ELSEWHERE = {
    *("visits", "phases", "items", "groups", "rules", "policies", "messages"),
    *("texts", "words"),
}
NOTHING_FOLLOWS = {"examples", "sha256", "format"}
"""The file's examples and its names: no behaviour depends on them."""
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
    "due": Text("日记截止", "diary due"),
    "reminders": Text("提醒", "reminders"),
    "after_missed": Text("连续缺几次后打电话", "missed in a row before a call"),
    "days_later": Text("几天之后", "days later"),
    "at": Text("时间", "at"),
    "ack_by": Text("应处理的时间", "to be dealt with by"),
    "role": Text("由谁", "whose work"),
    "escalate": Text("之后呼叫", "then paged"),
    "task": Text("电话任务", "call task"),
    "brought_forward_minutes": Text("提前时的分钟数", "minutes when brought forward"),
    "brought_forward_tiers": Text("提前的级别", "tiers that bring it forward"),
    "visit_days": Text("访视前几天提醒", "days before a visit"),
    "visit_at": Text("访视提醒时间", "hour of visit texts"),
    "visit_text": Text("访视短信", "visit text"),
    "expire_at": Text("过期时间", "expire at"),
    "evening": Text("晚间提醒", "evening reading"),
    "recheck": Text("复测", "second reading"),
    "dated": Text("有期限的提示", "messages valid until a day"),
    "deviation": Text("方案偏离", "deviations"),
    "title": Text("名称", "title"),
    "version": Text("版本", "version"),
    "approved": Text("已批准", "approved"),
    "consent": Text("所需知情同意书", "consent form needed"),
    "registry": Text("注册号", "registry"),
}


def other_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes in the fields of all other tables, by path."""
    before, after = to_compiled(old), to_compiled(new)
    for key in before.keys() - TOLD_ELSEWHERE - NOTHING_FOLLOWS:
        was, now = _leaves({key: before[key]}), _leaves({key: after[key]})
        for path in dict.fromkeys([*was, *now]):
            if was.get(path) != now.get(path):
                yield _change(new, path, was.get(path), now.get(path))


def _leaves(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Each value of a table by its path; a list or a wording counts as one value."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and set(value) != {"zh", "en"}:
            found |= _leaves(value, f"{path}.")
        elif value is not None:
            found[path] = value
    return found


def _change(study: Study, path: str, was: object, now: object) -> StudyChange:
    table, _, rest = path.partition(".")
    name, inner = same(table), rest or table
    if table == "missing":
        phase, _, inner = rest.partition(".")
        titles = {one.code: one.title for one in study.phases}
        name = joined([same(phase), titles.get(phase, same(""))], " ", " ")
    bearing = Bearing.CHANGED
    if path.endswith(LOWER_IS_STRICTER):
        bearing = sooner(was, now)
    part = PARTS.get(table, Part.STUDY)
    return StudyChange(part, name, _label(inner), _words(was), _words(now), bearing)


def _label(path: str) -> Text:
    parts = [LABELS.get(key, same(key)) for key in path.split(".")]
    return joined(parts, "：", ": ")


def _words(value: object) -> Text | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return Text(str(value["zh"]), str(value["en"]))
    if isinstance(value, Mapping):
        shown = [(same(str(key)), _words(one)) for key, one in value.items()]
        pairs = [joined([key, one], " ", " ") for key, one in shown if one is not None]
        return joined(pairs, "，", ", ")
    if isinstance(value, list | tuple):
        return joined([_words(one) or same("") for one in value], "；", "; ")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return same(str(value))
