"""A study as it would be written for people who all read one language."""

from __future__ import annotations

import re

ELSEWHERE = re.compile(r'(?m), en = "[^"]*"|^en = ".*\n')


def in_chinese_only(text: str) -> str:
    """The text of a study file without its English; its word lists stay, for a note may hold any."""
    return 'languages = ["zh"]\n' + ELSEWHERE.sub("", text)
