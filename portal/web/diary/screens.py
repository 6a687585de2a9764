"""The screens after the first: one group of questions each, kept as they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.diary.entries import Receipt
from portal.diary.writing import draft_screens
from portal.diary.writing.draft_screens import OpenDraft, SentScreen
from portal.errors import NotFound
from portal.protocol.study.form import Group, Item
from portal.protocol.study.tiers import Tier
from portal.vocabulary.people import ReporterKind
from portal.web.diary import doubtful_answers, recall
from portal.web.diary.blueprint import DiaryContext, blueprint, desk_of
from portal.web.frame import access, own_paths
from portal.web.frame.language import language, tongue
from portal.web.parts import answer_fields
from portal.web.parts.field_words import page_words


@dataclass(frozen=True)
class Screen:
    """One screen of one draft: its number (the red flags are 1) and its questions.

    ``place`` is the last part of its address, if that is not the number.
    """

    number: int
    total: int
    group: Group
    items: dict[str, Item]
    place: str = ""

    @property
    def is_last(self) -> bool:
        """Whether sending this screen sends the whole diary."""
        return self.number == self.total


@blueprint.get("/diary/<draft_id>/resume")
def resume(draft_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        writing = desk_of(db, draft_id)
        draft = draft_screens.open_draft(writing.case, draft_id)
        found = screens_of(writing)
    for screen in found[1:]:
        if not any(name in draft.answers for name in screen.items):
            return _go(draft_id, screen.number)
    return _go(draft_id, len(found))


@blueprint.get("/diary/<draft_id>/<int:number>")
def show(draft_id: str, number: int) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        writing = desk_of(db, draft_id)
        draft = draft_screens.open_draft(writing.case, draft_id)
        screen = screen_of(screens_of(writing), number)
        return draft_page(writing, draft, screen, draft.answers, {})


@blueprint.post("/diary/<draft_id>/<int:number>")
def save(draft_id: str, number: int) -> ResponseReturnValue:
    runtime = access.runtime()
    with runtime.reading() as db:
        writing = desk_of(db, draft_id)
        draft = draft_screens.open_draft(writing.case, draft_id)
        screen = screen_of(screens_of(writing), number)
    given = given_on(screen.items)
    wrong = doubtful_answers.wrong(screen.items, given)
    asking = doubtful_answers.asking(draft, screen.items, given)
    sent = _sent(screen, given, wrong, asking)
    with runtime.writing() as db:
        writer = writing.writer(draft.reporter)
        receipt = draft_screens.send(desk_of(db, draft_id).case, draft_id, sent, writer)
    tier = receipt.verdict.tier if receipt is not None else Tier.ROUTINE
    if tier.pages and tier.rank > draft.worst.rank:
        return to_advice(receipt, draft_id, screen)
    if wrong or asking:
        known = {**draft.answers, **given}
        return draft_page(writing, draft, screen, known, wrong | asking)
    if screen.number < screen.total:
        return _go(draft_id, screen.number + 1)
    return to_advice(receipt, draft_id, None)


def _sent(
    screen: Screen,
    given: Mapping[str, Any],
    wrong: Mapping[str, str],
    asking: Mapping[str, str],
) -> SentScreen:
    kept = {name: value for name, value in given.items() if name not in wrong}
    return SentScreen(
        answers=kept,
        asking=asking,
        left_blank=set(screen.items) - set(kept) - set(wrong),
        drawn=request.form.get("strokes"),
        ends=screen.is_last and not wrong and not asking,
    )


def given_on(items: Mapping[str, Item]) -> dict[str, Any]:
    """What the form says. A tick counts, whichever button was pressed."""
    none = "none" in request.form
    return answer_fields.read_screen(items, request.form, none=none)


def screens_of(writing: DiaryContext) -> list[Screen]:
    """Today's screens in order; the red flags are the first."""
    found = draft_screens.asked(writing.case)
    return [
        Screen(number, len(found), group, items)
        for number, (group, items) in enumerate(found, start=1)
    ]


def screen_of(found: list[Screen], number: int) -> Screen:
    """The screen with a number.

    Raises:
        NotFound: there is none, or it is the first.
    """
    if not 2 <= number <= len(found):
        raise NotFound("There is no such screen.")
    return found[number - 1]


def draft_page(
    writing: DiaryContext,
    draft: OpenDraft,
    screen: Screen,
    known: Mapping[str, Any],
    errors: Mapping[str, str],
) -> ResponseReturnValue:
    """The screen, with what is known and what must be looked at again."""
    speaking = language()
    none = screen.group.none_label
    shown = render_template(
        "participant/question.html",
        title=screen.group.title.say(speaking),
        stem=_stem(writing, draft, screen),
        step=screen.number,
        total=screen.total,
        back=_back(draft, screen),
        fields=_fields(screen, known, errors),
        strokes=request.form.get("strokes", draft.strokes),
        none_label=none.say(speaking) if none else None,
        errors=list(errors.items()),
        entry=draft.id,
        action=f"/diary/{draft.id}/{screen.place or screen.number}",
        keep=None if screen.place else f"/diary/{draft.id}/{screen.number}/keep",
        last=screen.is_last,
    )
    return shown, 400 if errors else 200


def _stem(writing: DiaryContext, draft: OpenDraft, screen: Screen) -> str:
    """The line over the questions: the span they ask about, and whose view."""
    said = [recall.stem(writing, draft.id)] if screen.group.none_label else []
    view = writing.study.messages.get("by_caregiver")
    if draft.reporter == ReporterKind.CAREGIVER and view is not None:
        said.append(view.text.say(language()))
    return tongue().marks.gap.join(said)


def _fields(
    screen: Screen, known: Mapping[str, Any], errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    words = page_words()
    return [
        answer_fields.field(
            item,
            known.get(name),
            language=language(),
            error=errors.get(name),
            words=words,
        )
        for name, item in screen.items.items()
    ]


def _back(draft: OpenDraft, screen: Screen) -> str:
    if screen.number == 2:
        return own_paths.carried("/diary")
    return own_paths.carried(f"/diary/{draft.id}/{screen.number - 1}")


def _go(draft_id: str, number: int) -> Response:
    return own_paths.go(own_paths.carried(f"/diary/{draft_id}/{number}"))


def to_advice(
    receipt: Receipt | None, draft_id: str, screen: Screen | None
) -> Response:
    """Go on to what to do now; from there to the next screen, if there is one."""
    if receipt is None:
        raise NotFound("There is no such screen.")
    onward = ""
    if screen is not None and screen.number < screen.total:
        onward = f"?draft={draft_id}&step={screen.number + 1}"
    return own_paths.go(own_paths.carried(f"/diary/sent/{receipt.version_id}{onward}"))
