"""A study that builds on another takes everything and replaces a few keys."""

from __future__ import annotations

import pytest

from portal.errors import StudyFileFault
from portal.protocol.study.file.merging import bundle, merged, unbundle
from portal.protocol.study.file.reading import read_study, scan_study, whole_source
from tests.support.small_study import SMALL

CHILD = """
base = "small-trial"
id = "child-trial"

[message.M-R]
zh = "收到了。"
en = "We have it."

[[visit]]
code = "M3"
plus = 10

[[visit]]
code = "M36"
months = 36
minus = 30
plus = 30
title = { zh = "第36个月复诊", en = "Month 36 visit" }
bring = { zh = "请带治疗卡。", en = "Bring your card." }
"""


def base(name):
    assert name == "small-trial"
    return SMALL


@pytest.mark.parametrize(
    ("under", "over", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"t": {"a": 1, "b": 2}}, {"t": {"b": 3}}, {"t": {"a": 1, "b": 3}}),
        (
            {"l": [{"id": "x", "a": 1}, {"id": "y"}]},
            {"l": [{"id": "y", "b": 2}, {"id": "z"}]},
            {"l": [{"id": "x", "a": 1}, {"id": "y", "b": 2}, {"id": "z"}]},
        ),
        (
            {"l": [{"code": "x", "a": 1}]},
            {"l": [{"code": "x", "a": 2}]},
            {"l": [{"code": "x", "a": 2}]},
        ),
        (
            {"l": [{"title": "x", "a": 1}]},
            {"l": [{"title": "x", "a": 2}]},
            {"l": [{"title": "x", "a": 2}]},
        ),
        ({"l": [{"after": 0}]}, {"l": [{"after": 5}]}, {"l": [{"after": 5}]}),
        ({"l": [1, 2]}, {"l": [3]}, {"l": [3]}),
        ({"l": [{"id": "x"}]}, {"l": []}, {"l": [{"id": "x"}]}),
        ({"l": "text"}, {"l": {"a": 1}}, {"l": {"a": 1}}),
        ({"l": [{"id": "x"}]}, {"l": 5}, {"l": 5}),
        ({"l": 5}, {"l": [{"id": "x"}]}, {"l": [{"id": "x"}]}),
        (
            {"l": [{"id": "x"}]},
            {"l": [{"id": "y"}, {"id": "y"}]},
            {"l": [{"id": "y"}, {"id": "y"}]},
        ),
        (
            {"sms": {"visit": {"zh": "a", "en": "b", "variables": ["day"]}}},
            {"sms": {"visit": {"zh": "c"}}},
            {"sms": {"visit": {"zh": "c", "variables": ["day"]}}},
        ),
        (
            {"words": {"zh": {"a": 1}, "en": {"a": 1}}},
            {"words": {"zh": {"a": 2}}},
            {"words": {"zh": {"a": 2}, "en": {"a": 1}}},
        ),
    ],
)
def test_tables_merge_by_key_and_lists_by_name(under, over, expected):
    assert merged(under, over) == expected


def test_merging_leaves_the_base_as_it_was():
    under = {"t": {"a": 1}, "l": [{"id": "x"}]}
    merged(under, {"t": {"a": 2}, "l": [{"id": "x", "b": 1}]})
    assert under == {"t": {"a": 1}, "l": [{"id": "x"}]}


def test_a_child_is_its_base_with_a_few_keys_changed():
    child, parent = read_study(CHILD, base=base), read_study(SMALL)
    assert child.id == "child-trial"
    assert child.messages["M-R"].text["en"] == "We have it."
    assert child.messages["M-E"] == parent.messages["M-E"]
    assert child.items == parent.items
    assert [(v.code, v.plus) for v in child.visits] == [
        ("D28", 3),
        ("M3", 10),
        ("M24", 30),
        ("M36", 30),
    ]


def test_the_stored_text_holds_the_base_and_reads_back_the_same():
    stored = whole_source(CHILD, base=base)
    assert SMALL in stored
    assert read_study(stored) == read_study(CHILD, base=base)
    assert whole_source(stored) == stored


def test_a_stored_study_ignores_what_became_of_its_base():
    stored = whole_source(CHILD, base=base)

    def changed(name):
        raise AssertionError(name)

    assert read_study(stored, base=changed).messages["M-R"].text["en"] == "We have it."


def test_a_change_of_the_base_changes_the_hash_of_the_child():
    other = SMALL.replace("Ring.", "Ring now.")
    before, after = (
        read_study(CHILD, base=base),
        read_study(CHILD, base=lambda _: other),
    )
    assert before.sha256 != after.sha256


def test_a_text_without_a_last_line_end_is_bundled_whole():
    assert unbundle(bundle("a = 1", "b", "c = 2\n")) == ("a = 1\n", "c = 2\n")
    assert unbundle("a = 1\n") == ("a = 1\n", None)


def absent(name):
    raise StudyFileFault(f'There is no study "{name}".', field="file")


@pytest.mark.parametrize(
    ("text", "find", "said"),
    [
        (CHILD, None, 'the study "small-trial" cannot be found.'),
        (CHILD, absent, 'There is no study "small-trial".'),
        (CHILD, lambda _: CHILD, "a base must be a whole study"),
        (CHILD, lambda _: "x = ", "not valid TOML"),
    ],
)
def test_a_base_that_cannot_be_had_is_named(text, find, said):
    reading = scan_study(text, base=find)
    assert reading.study is None
    assert any(said in fault.sentence for fault in reading.faults)
    with pytest.raises(StudyFileFault):
        whole_source(text, base=find)
