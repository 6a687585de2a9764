"""Where the clauses and sentences of a folded note begin and end."""

from __future__ import annotations

import pytest

from portal.protocol.words.heard.clauses import Clauses

NOTES = (
    "头晕，胸痛。今天好了",
    "发烧38.5，但是不咳",
    "no fever, but I fainted. Now I am well",
    "fine",
    "...",
)


@pytest.mark.parametrize("note", NOTES)
def test_a_clause_and_a_sentence_hold_their_place_and_no_end(note: str) -> None:
    told = Clauses.of(note, {})
    for place in range(len(told.text)):
        for span, ends in (
            (told.clause_span(place), told.ends),
            (told.sentence_span(place), told.stops),
        ):
            assert span[0] <= place < span[1]
            assert [end for end in ends if span[0] < end < span[1]] == []


def test_a_clause_ends_at_a_comma_and_a_connective_and_a_sentence_at_a_full_stop() -> (
    None
):
    told = Clauses.of("no fever, but I fainted. Now I am well", {})
    parts = {told.text[slice(*told.clause_span(at))] for at in range(len(told.text))}
    assert {"no fever", "but i fainted"} <= {part.strip(" ,.") for part in parts}
    first = told.text[slice(*told.sentence_span(0))]
    assert first == "no fever, but i fainted"
