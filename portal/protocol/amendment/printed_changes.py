"""The differences of two versions as plain text, for a clinician to read and sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from portal.protocol.amendment.change import Bearing, Part, StudyChange
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text

BEARINGS = {
    Bearing.STRICTER: Text("更严格", "stricter"),
    Bearing.CALMER: Text("更宽松", "calmer"),
    Bearing.CHANGED: Text("有改动", "changed"),
}
ADDED, REMOVED = Text("新增", "new"), Text("删除", "removed")
PARTS = {
    Part.RULES: Text("规则", "Rules"),
    Part.LADDERS: Text("时限和呼叫步骤", "Clocks and ladders"),
    Part.SILENCE: Text("未填日记时", "Missing diaries"),
    Part.VISITS: Text("访视和阶段", "Visits and phases"),
    Part.QUESTIONS: Text("日记问题", "Questions"),
    Part.MESSAGES: Text("提示语", "Messages"),
    Part.TEXTS: Text("短信和电话", "Texts and calls"),
    Part.WORDS: Text("查找的词", "Words looked for"),
    Part.REMINDERS: Text("提醒", "Reminders"),
    Part.STUDY: Text("研究", "Study"),
}
BEFORE, NOW = Text("原来", "before"), Text("现在", "now")
NOTHING = Text("两个版本没有区别。", "The two versions do not differ.")


def said_of(change: StudyChange) -> Text:
    """Whether a change is stricter, calmer, new or a removal, in words."""
    bearing = BEARINGS[change.bearing]
    if change.before is not None and change.after is not None:
        return bearing
    whole = ADDED if change.before is None else REMOVED
    if change.bearing is Bearing.CHANGED:
        return whole
    return Text(f"{whole.zh}，{bearing.zh}", f"{whole.en}, {bearing.en}")


def wordings(change: StudyChange) -> tuple[Text | None, Text | None]:
    """Both wordings; in the other language if they are the same in this one."""
    before, after = change.before, change.after
    if before is None or after is None:
        return before, after
    zh = (before.zh, after.zh) if before.zh != after.zh else (before.en, after.en)
    en = (before.en, after.en) if before.en != after.en else (before.zh, after.zh)
    return Text(zh[0], en[0]), Text(zh[1], en[1])


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
