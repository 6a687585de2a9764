"""Every wording of a study is among those that ``check`` reads, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.protocol.study import wordings
from portal.protocol.study.text import Text
from portal.study_files import load_study, study_names
from tests.support.small_study import SMALL


def texts(of: object, where: str = "study") -> Iterator[tuple[str, Text]]:
    """Every wording in the objects of a study, with the way to it."""
    if isinstance(of, Text):
        yield where, of
    elif is_dataclass(of):
        for field in fields(of):
            yield from texts(getattr(of, field.name), f"{where}.{field.name}")
    elif isinstance(of, Mapping):
        for key, one in of.items():
            yield from texts(one, f"{where}.{key}")
    elif isinstance(of, list | tuple):
        for place, one in enumerate(of):
            yield from texts(one, f"{where}[{place}]")


@pytest.mark.parametrize("name", study_names())
def test_no_wording_of_a_study_goes_unread(name: str) -> None:
    study = load_study(name)
    known = {text for _, text in (*wordings.labels(study), *wordings.fillable(study))}
    assert [where for where, text in texts(study) if text and text not in known] == []


def test_a_placeholder_in_the_title_of_a_duty_is_a_fault() -> None:
    faults = faults_of_text(SMALL.replace('en = "coordinator"', 'en = "Co {last}"', 1))
    said = [fault.sentence for fault in faults if fault.key.startswith("duty.")]
    assert any("no placeholder can be filled here" in one for one in said), faults
