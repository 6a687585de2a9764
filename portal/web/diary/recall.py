"""The line over questions about a span: since when they ask.

One sentence of the study says it on every screen. Where an earlier diary is known, it
names its day and hour.
"""

from __future__ import annotations

from portal.diary.writing import asked_span
from portal.web.diary.blueprint import DiaryContext
from portal.web.frame import filters
from portal.web.frame.language import language


def stem(writing: DiaryContext, draft_id: str) -> str:
    """The study's sentence, filled in, in the page's language."""
    case, messages = writing.case, writing.study.messages
    last = asked_span.begins(case, draft_id)
    if last is None or "since_last" not in messages:
        return messages["since"].text.say(language())
    said = filters.recent(last, case.site.time_zone, case.today)
    return messages["since_last"].text.say(language()).format(last=said)
