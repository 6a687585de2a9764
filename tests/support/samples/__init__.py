"""What the sample pages show: an invented site, person and night, in both languages."""

from __future__ import annotations

from tests.support.samples.advice import advice_pages, rest
from tests.support.samples.common import Sample, frame
from tests.support.samples.demo import phones
from tests.support.samples.diary import entry_pages
from tests.support.samples.staff import staff_pages

__all__ = ["frame", "samples"]


def samples(language: str) -> list[Sample]:
    """Every sample page in ``zh`` or ``en``."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return [
        *entry_pages(say),
        *advice_pages(say),
        *staff_pages(say),
        *rest(say),
        ("phones", "phones.html", phones(say)),
    ]
