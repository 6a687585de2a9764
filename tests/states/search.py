"""The search: every world that can be reached, each looked at, each dead end judged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from portal.messages.states import OPEN_ATTEMPTS, WAITING
from portal.vocabulary.messages import MessageState, Purpose
from tests.states.events import PERHAPS, following
from tests.states.rules import PORTAL, Rules
from tests.states.world import World

MOST_EXTRA = 1
Ways = dict[World, tuple[World | None, str]]


@dataclass
class Found:
    """How many worlds and steps there were, and what broke a promise, with its way."""

    states: int = 0
    steps: int = 0
    ends: int = 0
    violations: list[str] = field(default_factory=list)


def search(start: World, rules: Rules = PORTAL, *, stop_at: int = 1) -> Found:
    """Visit all that can follow on ``start``; stops early at so many violations."""
    found, came_from = Found(), Ways({start: (None, "")})
    queue = [start]
    while queue and len(found.violations) < stop_at:
        world = queue.pop()
        found.states += 1
        nexts = list(following(world, rules))
        found.steps += len(nexts)
        quiet = all(event.startswith(PERHAPS) for event, _ in nexts)
        fault = _fault(world) or (_fault_at_the_end(world) if quiet else None)
        found.ends += quiet
        if fault:
            found.violations.append(f"{fault}\n{_way(world, came_from)}")
            continue
        for event, changed in nexts:
            after = _one_of_two(changed)
            if after not in came_from:
                came_from[after] = (world, event)
                queue.append(after)
    return found


def _one_of_two(world: World) -> World:
    """The engines are alike: which of them is called the first says nothing."""
    one, two = world.engines
    if (one.alive, one.fence or 0) < (two.alive, two.fence or 0):
        return replace(world, engines=(two, one))
    return world


def _way(world: World | None, came_from: Ways) -> str:
    events = []
    while world is not None:
        world, event = came_from[world]
        events.append(f"  {event}")
    return "\n".join(reversed(events[:-1]))


def _fault(world: World) -> str | None:
    """What may be in no world at all."""
    if world.broken:
        return world.broken
    groups: dict[str, list[int]] = defaultdict(list)
    for number, message in enumerate(world.messages):
        sent = world.sent(number)
        if world.purpose is not Purpose.ALERT and sent > 1:
            return f"{message.key} left {sent} times"
        groups[message.key.rpartition(":")[0]].append(number)
    for key, numbers in groups.items():
        first = [n for n in numbers if not world.messages[n].key.endswith("again")]
        extra = sum(world.sent(n) for n in numbers) - len(first)
        if world.purpose is Purpose.ALERT and extra > MOST_EXTRA:
            return f"{key} left {extra} times too often"
    return None


def _fault_at_the_end(world: World) -> str | None:
    """What must be true where nothing more need happen."""
    for attempt in world.attempts:
        if attempt.state in OPEN_ATTEMPTS:
            return "an attempt has no end"
    for number, message in enumerate(world.messages):
        if message.state in (*WAITING, MessageState.IN_FLIGHT):
            return f"{message.key} waits for ever"
        gone = world.sent(number) > 0
        if world.purpose is Purpose.REMINDER and not (gone or message.staff_told):
            return f"{message.key} is lost, and nobody was told"
    if world.alert == "acked" and world.minutes >= world.again_at:
        return "what was acknowledged and left is never taken up again"
    if world.alert == "open":
        return _unpaged(world)
    return None


def _unpaged(world: World) -> str | None:
    """Nobody has answered: somebody must have been reached for each rung."""
    if not world.messages or world.at is None:
        return "nobody was ever paged"
    left: dict[str, int] = defaultdict(int)
    for number, message in enumerate(world.messages):
        group = message.key.rpartition(":")[0]
        if group.startswith(f"A:1:{world.at.round}:"):  # earlier rounds were answered
            left[group] += world.sent(number)
    lost = [key for key, times in left.items() if not times]
    if not left:
        return f"nobody was paged in round {world.at.round}"
    return f"{lost[0]} reached nobody" if lost else None
