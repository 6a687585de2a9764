"""Whether what a note names is stated: not denied, not past, not asked, not over.

A denial is directly before what it denies, or heads a list. Everything else is stated:
to raise a word too often costs a telephone call.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from portal.protocol.words.heard import grammar
from portal.protocol.words.heard.clauses import Clauses, Span, is_latin, stretch
from portal.protocol.words.heard.patterns import compiled, searches

_BACK = 40  # characters before a word in which a denial may stand
_ON = 24  # characters after a word in which one may
_DENIES, _AFFIRMS = searches(grammar.DENIES), searches(grammar.AFFIRMS)
_ASKED, _LINKS = searches(grammar.ASKED), searches(grammar.LINKS)
(_AHEAD,), (_TIGHT,) = searches((grammar.LIST_AHEAD,)), searches((grammar.TIGHT,))
_RESOLVED, _PAST = searches(grammar.RESOLVED), searches(grammar.PAST)
_NOW, (_ONCE,) = searches(grammar.NOW), searches((grammar.ONCE,))
_HYPOTHETICAL, _ASKING = searches(grammar.HYPOTHETICAL), searches(grammar.ASKING)
_SUPPOSED_AFTER, _ANSWERED = map(searches, (grammar.SUPPOSED_AFTER, grammar.ANSWERED))
_TOLD_OF, _MEANWHILE = searches(grammar.TOLD_OF), searches(grammar.MEANWHILE)
_STRANGERS, _ACQUAINTED = searches(grammar.STRANGERS), searches(grammar.ACQUAINTED)
_OTHERS, _SELF_FINE = searches(grammar.OTHERS), searches(grammar.SELF_FINE)
_MET, _JOKING = searches(grammar.MET), searches(grammar.JOKING)
_LAUGHING, _LONG_AGO = searches(grammar.LAUGHING), searches(grammar.LONG_AGO)
_DENIED_AFTER = searches(grammar.DENIED_AFTER)
_NONE_OF_ALL = compiled("|".join(grammar.NONE_OF_ALL))


def denied_in(
    text: Clauses, spans: Sequence[Span], heads: Container[Span]
) -> frozenset[Span]:
    """Those of ``spans`` with a denial directly before them or before their list.

    Only one of ``heads`` heads a list: it means something by itself.
    """
    denied: set[Span] = set()
    reach, ahead, tight = -1, -1, False
    for span in sorted(spans, key=lambda one: (one[0], -one[1])):
        before = text.text[max(span[0] - _BACK, 0) : span[0]]
        if span in heads and _says(_DENIED_AFTER, text.text[span[1] : span[1] + _ON]):
            denied.add(span)
        elif _is_denied(before, text.text[span[0]]):
            denied.add(span)
            if span not in heads:
                continue
            reach, tight = span[1], _TIGHT.search(before) is not None
            listed = _AHEAD.search(text.text[reach : reach + 200])
            ahead = reach + listed.end() if listed else -1
        elif reach >= 0 and (
            span[1] <= reach
            or span[0] <= ahead
            or _is_linked(text.text[reach : span[0]], tight)
        ):
            denied.add(span)
            reach = max(reach, span[1])
    return frozenset(denied)


def _is_denied(before: str, first: str) -> bool:
    if any(one.search(before) for one in _AFFIRMS):
        return any(one.search(before) for one in _ASKED)
    han, latin, mixed = (one.search(before) for one in _DENIES)
    return bool(han or latin or (mixed and is_latin(first)))


def _is_linked(between: str, tight: bool) -> bool:
    if not between:
        return tight
    return any(one.search(between) for one in _LINKS)


def is_calm(text: Clauses, span: Span, denied: bool, *, may_be_over: bool) -> bool:
    """Whether an occurrence is denied, past, only asked about, of others, or over."""
    start, end = text.clause_span(span[0])
    past = _is_past(text, span, denied)
    if past is not None:
        return past
    if denied or _is_told_of(_part(text, span)):
        return True
    before, rest = text.text[start : span[0]], _rest(text, span)
    if _is_asked_about(text, span) or _is_of_others(text, before, may_be_over):
        return True
    if _NONE_OF_ALL.search(rest) or _says(_JOKING, rest):
        return True
    after = text.text[span[1] : end + 12]
    return may_be_over and (
        any(one.search(after) for one in _RESOLVED)
        or any(one.search(rest) for one in _LAUGHING)
        or _is_long_ago(text, span)
    )


def _is_past(text: Clauses, span: Span, denied: bool) -> bool | None:
    """Whether the words around it speak of the past; None: they do not settle it."""
    part = _part(text, span)
    if not _says(_PAST, part):
        return None
    if denied:
        return _says(_NOW, part) or _says((_ONCE,), part)
    return None if _says(_NOW, part) else True


def _part(text: Clauses, span: Span) -> str:
    """The part of its clause in which nobody changes the subject."""
    return text.text[slice(*stretch(text.text, span[0], *text.clause_span(span[0])))]


def _is_long_ago(text: Clauses, span: Span) -> bool:
    sentence = text.text[slice(*text.sentence_span(span[0]))]
    return _says(_LONG_AGO, sentence) and not _says(_NOW, sentence)


def _is_told_of(clause: str) -> bool:
    return _says(_TOLD_OF, clause) and not _says(_MEANWHILE, clause)


def _rest(text: Clauses, span: Span) -> str:
    """What follows in its sentence."""
    return text.text[span[1] : text.sentence_span(span[0])[1]]


def _is_asked_about(text: Clauses, span: Span) -> bool:
    start, end = text.sentence_span(span[0])
    supposed = any(one.search(text.text[start : span[0]]) for one in _HYPOTHETICAL)
    if not supposed and not _says(_SUPPOSED_AFTER, text.text[span[1] : span[1] + _ON]):
        return False
    asked = _says(_ASKING, text.text[start : end + 1])
    return asked and not _says(_ANSWERED, _rest(text, span))


def _is_of_others(text: Clauses, before: str, may_be_over: bool) -> bool:
    far = any(one.search(before) for one in _STRANGERS) or (
        may_be_over and any(one.search(before) for one in _ACQUAINTED)
    )
    if far and not _says(_MET, text.text):
        return True
    told = any(one.search(before) for one in _OTHERS)
    return told and _says(_SELF_FINE, text.text)


@lru_cache(maxsize=64)
def _says(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    """Whether one of the patterns is in a text, which many words of a note share."""
    return any(one.search(text) for one in patterns)
