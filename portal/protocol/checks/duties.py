"""Duties: each that a part of the study names exists, and each that exists is named.

Nobody would be paged as a duty without a name in the file. Work that no duty has would
be nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.demands.duties import WORK
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_calls


def duty_faults(study: Study) -> Iterator[KeyFault]:
    """Unknown duties, useless ones, and work that not exactly one of them has."""
    named: dict[str, list[str]] = {}
    for key, name in _named(study):
        named.setdefault(name, []).append(key)
    for name, keys in named.items():
        if name and study.duty(name) is None:
            yield _unknown(study, name, list(dict.fromkeys(keys)))
    for duty in study.duties:
        if not duty.work and duty.id not in named:
            said = "no ladder, plan, rule or work asks for it: nobody could be on call as it."
            yield KeyFault(f"duty.{duty.id}", said)
    yield from _work_faults(study)


def _unknown(study: Study, name: str, keys: list[str]) -> KeyFault:
    """One fault, however many keys name the duty: most often it is the duty that lacks."""
    known = ", ".join(duty.id for duty in study.duties) or "none"
    where, others = keys[0], keys[1:]
    said = f'there is no duty "{name}"; known: {known}.'
    if others:
        said += f" It is also named at {', '.join(others)}."
    return KeyFault(where, said)


def _named(study: Study) -> Iterator[tuple[str, str]]:
    """Each key that names a duty, with the duty."""
    for tier, policy in study.policies.items():
        for place, step in enumerate(policy.steps, start=1):
            yield from (
                (f"tier.{tier}.step[{place}].roles", role) for role in step.roles
            )
    for key, call in written_calls(study):
        yield f"{key}.role", call.role
        yield from ((f"{key}.escalate", rung.role) for rung in call.escalate)
    if study.reminders.deviation:
        yield "reminders.deviation.role", study.reminders.deviation.role
    yield from ((f"rule.{rule.id}.owner", rule.owner) for rule in study.rules)


def _work_faults(study: Study) -> Iterator[KeyFault]:
    for work, told in WORK.items():
        having = [duty.id for duty in study.duties if work in duty.work]
        if not having:
            yield KeyFault("duty", f'no duty has the work "{work}": {told}.')
        for other in having[1:]:
            said = f'"{having[0]}" has "{work}" already: one duty has each work.'
            yield KeyFault(f"duty.{other}.work", said)
