"""The ids that follow from an id: what stands in databases and journals must stay found."""

from __future__ import annotations

from portal.diary.version_ids import rest_of, version_of

ENTRY = "6f0b7c52-2f3e-4f0c-9a38-5b8f4b7f6a99"


def test_the_rest_of_a_diary_has_the_id_it_always_had() -> None:
    assert rest_of(ENTRY) == "7e0f3b7f-63fe-5a05-aa37-54a75dc08294"
    assert rest_of(ENTRY.upper()) == rest_of(ENTRY)


def test_a_version_has_the_id_it_always_had_whatever_the_order_of_its_answers() -> None:
    said = {"emerg": ["seizure"], "note": "抽搐"}
    assert version_of(ENTRY, said) == "35524f62-b364-545c-9b45-f5e295647020"
    assert version_of(ENTRY, dict(reversed(said.items()))) == version_of(ENTRY, said)


def test_another_answer_or_another_draft_is_another_version() -> None:
    said = {"temp": {"value": "38.0", "unit": "C"}}
    otherwise = {"temp": {"value": "38.1", "unit": "C"}}
    ids = {
        version_of(of, one)
        for of in (ENTRY, rest_of(ENTRY))
        for one in (said, otherwise)
    }
    assert len(ids) == 4
