"""Every wording of a study with its key in the file, so that each is checked."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_calls
from portal.protocol.study.text import Text

Keyed = tuple[str, Text]


def labels(study: Study) -> Iterator[Keyed]:
    """The wordings without placeholders: titles, questions, answers, buttons."""
    yield "title", study.title
    yield "site.name", study.site.name
    if study.day_zero is not None:
        yield "day_zero", study.day_zero
    yield from _timeline(study)
    yield from _diary(study)
    yield from _drawn(study)
    yield from _named(study)
    yield from _staff(study)


def fillable(study: Study) -> Iterator[Keyed]:
    """The wordings with placeholders: page messages and text messages."""
    yield from ((f"message.{m.id}", m.text) for m in study.messages.values())
    yield from ((f"sms.{t.id}", t.text) for t in study.texts.values())


def _timeline(study: Study) -> Iterator[Keyed]:
    for visit in study.visits:
        yield f"visit.{visit.code}.title", visit.title
        yield f"visit.{visit.code}.bring", visit.bring
    for event in study.events:
        yield f"event.{event.id}.title", event.title
    for phase in study.phases:
        yield f"phase.{phase.code}.title", phase.title


def _diary(study: Study) -> Iterator[Keyed]:
    for item in study.items.values():
        yield f"item.{item.id}.label", item.label
        if item.hint:
            yield f"item.{item.id}.hint", item.hint
        for choice in item.choices:
            yield f"item.{item.id}.choices.{choice.code}", choice.label
    for group in study.groups:
        yield f"group.{group.id}.title", group.title
        if group.none_label:
            yield f"group.{group.id}.none_label", group.none_label


def _drawn(study: Study) -> Iterator[Keyed]:
    if study.pinned is not None:
        yield "pinned.title", study.pinned.title
    for place, curve in enumerate(study.curves, start=1):
        yield f"curve[{place}].title", curve.title
        if curve.mark is not None:
            yield f"curve[{place}].mark.title", curve.mark.title


def _named(study: Study) -> Iterator[Keyed]:
    for duty in study.duties:
        yield f"duty.{duty.id}.title", duty.title
        if duty.called is not None:
            yield f"duty.{duty.id}.called", duty.called
    for sign in study.signs:
        yield f"sign.{sign.id}.title", sign.title


def _staff(study: Study) -> Iterator[Keyed]:
    for rule in study.rules:
        yield f"rule.{rule.id}.title", rule.title
    for policy in study.policies.values():
        yield f"tier.{policy.tier}.title", policy.title
        for place, step in enumerate(policy.steps, start=1):
            if step.task:
                yield f"tier.{policy.tier}.step[{place}].task", step.task
    for key, call in written_calls(study):
        yield f"{key}.title", call.title
    if study.reminders.silence is not None:
        yield "reminders.silence", study.reminders.silence
    departed = study.reminders.deviation
    if departed is not None:
        yield "reminders.deviation.discharge", departed.discharge
        yield "reminders.deviation.away", departed.away
