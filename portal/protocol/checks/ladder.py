"""The tiers and ladders: everybody needed is paged, and every page can be sent.

On the worst day three participants are in danger at once and nobody answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import PAGING, Step, Tier, TierPolicy
from portal.vocabulary.messages import Channel

CHANNELS = (Channel.TEXT, Channel.CALL)
AT_ONCE = 3


@dataclass(frozen=True)
class Caps:
    """How many messages a gateway lets through to one number in 24 hours."""

    gateway: str
    texts_per_day: int
    calls_per_day: int


def ladder_faults(study: Study, caps: Caps | None) -> Iterator[KeyFault]:
    """Faults of messages, clocks and rungs; ``caps`` are those of the gateway."""
    for tier in Tier:
        policy = study.policies[tier]
        yield from _message_faults(study, policy)
        yield from _ladder(study, policy) if tier.pages else _work(policy)
        for place, step in enumerate(policy.steps, start=1):
            yield from _step_faults(f"tier.{tier}.step[{place}]", step)
    yield from _clock_order(study)
    yield from _cap_faults(study, caps)


def _message_faults(study: Study, policy: TierPolicy) -> Iterator[KeyFault]:
    for key, message in (
        ("advice", policy.advice),
        ("ward_advice", policy.ward_advice),
    ):
        if message is not None and message not in study.messages:
            said = f'there is no message "{message}".'
            yield KeyFault(f"tier.{policy.tier}.{key}", said)


def _ladder(study: Study, policy: TierPolicy) -> Iterator[KeyFault]:
    key = f"tier.{policy.tier}"
    for name in ("ack_minutes", "repeat_minutes", "rearm_minutes"):
        if not getattr(policy, name):
            yield KeyFault(f"{key}.{name}", "this tier needs it, 1 or more.")
    if policy.ward_advice is None and study.ward is not None:
        yield KeyFault(f"{key}.ward_advice", "say what is shown in hospital.")
    if policy.due is not None:
        yield KeyFault(f"{key}.due", "this tier has a clock in minutes instead.")
    yield from _rungs(key, policy)


def _rungs(key: str, policy: TierPolicy) -> Iterator[KeyFault]:
    minutes = [step.after_minutes for step in policy.steps]
    if not minutes:
        yield KeyFault(f"{key}.step", "the ladder has no step: nobody is paged.")
        return
    if minutes[0] != 0:
        yield KeyFault(
            f"{key}.step[1].after_minutes", "the first page must go at once."
        )
    if minutes != sorted(set(minutes)):
        yield KeyFault(f"{key}.step", "each step comes later than the one above it.")
    clock = policy.ack_minutes or 0
    if not any(0 < after <= clock for after in minutes):
        said = f"nobody else is paged when the {clock} minutes are over."
        yield KeyFault(f"{key}.step", said)
    for place, step in enumerate(policy.steps, start=1):
        if len(step.channels) < len(CHANNELS):
            said = "one channel alone may fail: page by text and call."
            yield KeyFault(f"{key}.step[{place}].channels", said)


def _work(policy: TierPolicy) -> Iterator[KeyFault]:
    key = f"tier.{policy.tier}"
    if policy.ack_minutes is not None:
        yield KeyFault(f"{key}.ack_minutes", "this tier is work with a due time.")
    if policy.due is None:
        yield KeyFault(f"{key}.due", "say when its tasks are due.")


def _step_faults(key: str, step: Step) -> Iterator[KeyFault]:
    for channel in step.channels:
        if channel not in CHANNELS:
            said = f'"{channel}" is not one of {", ".join(CHANNELS)}.'
            yield KeyFault(f"{key}.channels", said)


def _clock_order(study: Study) -> Iterator[KeyFault]:
    emergency, urgent = (study.policies[tier].ack_minutes for tier in PAGING)
    if emergency and urgent and emergency > urgent:
        said = "an emergency must be answered no later than an urgent alert."
        yield KeyFault("tier.emergency.ack_minutes", said)


def _cap_faults(study: Study, caps: Caps | None) -> Iterator[KeyFault]:
    allowed = {
        "text": study.paging.texts_per_person_day,
        "call": study.paging.calls_per_person_day,
    }
    for tier in PAGING:
        for (role, channel), pages in sorted(_pages(study.policies[tier]).items()):
            most = allowed.get(channel, 0)
            if pages * AT_ONCE > most:
                said = (
                    f"one round for {AT_ONCE} participants sends the {role} "
                    f"{pages * AT_ONCE} pages by {channel}; [paging] allows {most} a day."
                )
                yield KeyFault(f"tier.{tier}.step", said)
    if caps is not None:
        yield from _gateway_faults(allowed, caps)


def _pages(policy: TierPolicy) -> Counter[tuple[str, str]]:
    return Counter(
        (role, channel)
        for step in policy.steps
        for role in step.roles
        for channel in step.channels
    )


def _gateway_faults(allowed: dict[str, int], caps: Caps) -> Iterator[KeyFault]:
    most = {"text": caps.texts_per_day, "call": caps.calls_per_day}
    for channel, number in allowed.items():
        if number > most[channel]:
            said = (
                f"{number} a day to one person; the gateway {caps.gateway} "
                f"allows {most[channel]}."
            )
            yield KeyFault(f"paging.{channel}s_per_person_day", said)
