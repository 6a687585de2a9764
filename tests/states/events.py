"""What can happen next: each event is one transaction, one call, or one stroke of fate.

The events are those of the engine's services; what decides in them is ``Rules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from portal.alerting.escalation import Position
from portal.messages.gateways.outcomes import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Status,
    Unclear,
)
from portal.messages.states import (
    OPEN_ATTEMPTS,
    WAITING,
    LastLook,
    NextState,
    other_channel,
)
from portal.vocabulary.messages import AttemptState, MessageState
from tests.states.rules import Rules
from tests.states.world import PLAN, START, Attempt, Hand, Message, World

LIFE = timedelta(minutes=30)  # after which a message would be noise
PERHAPS = "perhaps "  # begins the name of what need not happen
Follow = Iterator[tuple[str, World]]


def following(world: World, rules: Rules) -> Follow:
    """Every event that can happen now, and the world after it."""
    for who, engine in enumerate(world.engines):
        if not engine.alive:
            continue
        yield from _lease(world, who)
        yield from _hands(world, who, rules)
        if engine.fence is not None and rules.may_write(engine.fence, world.newest):
            yield from _cycle(world, who, rules)
        if world.may("crash"):
            dead = world.engine(who, alive=False, fence=None, hands=())
            yield f"{PERHAPS}engine {who} dies", dead.less("crash")
    yield from _elsewhere(world, rules)


def _lease(world: World, who: int) -> Follow:
    """It takes the lease where the holder is dead, or sleeps beyond its end."""
    if world.engines[who].fence == world.newest != 0:
        return
    holders = [e for e in world.engines if e.alive and e.fence == world.newest != 0]
    if holders and not world.may("pause"):
        return
    after = replace(world, newest=world.newest + 1)
    after = after.engine(who, fence=after.newest)
    if holders:
        yield f"{PERHAPS}engine {who} takes the lease of a sleeper", after.less("pause")
    else:
        yield f"engine {who} takes the lease", after


def _cycle(world: World, who: int, rules: Rules) -> Follow:
    fence = world.engines[who].fence or 0
    yield from _climb(world, who, rules)
    if world.alert == "acked" and world.minutes >= world.again_at:
        yield from _rearm(world, who, rules)
    for number, message in enumerate(world.messages):
        if message.state in WAITING:
            yield from _claim(world, who, number, fence, rules)
    for number, attempt in enumerate(world.attempts):
        late = attempt.over or attempt.fence < fence
        if attempt.state is AttemptState.IN_FLIGHT and late:
            step = NextState(AttemptState.UNKNOWN, MessageState.UNKNOWN, "no answer")
            yield f"{number} is suspected", _conclude(world, number, step, rules)
        if attempt.state is AttemptState.UNKNOWN and attempt.over:
            yield from _look_up(world, who, number)


def _climb(world: World, who: int, rules: Rules) -> Follow:
    if world.alert != "open" or world.at is None:
        return
    at, rungs = rules.climb(PLAN, world.at, world.now)
    if rungs:
        rows = [
            Message(_key(at, channel), channel, made=world.minutes)
            for channel in dict.fromkeys(c for rung in rungs for c in rung.channels)
        ]
        after = replace(world, at=at)
        for row in rows:
            after = _enqueue(after, row)
        yield f"engine {who} pages rung {at.step}", after


def _key(at: Position, channel: str) -> str:
    return f"A:1:{at.round}:{at.step}:1:{channel}"


def _rearm(world: World, who: int, rules: Rules) -> Follow:
    """Nothing came of it: open again, and paged anew in the same transaction."""
    assert world.at is not None
    at = rules.restarted(world.at, world.now)
    after = replace(_cancelled(world), alert="open", holder=0, again_at=0, at=at)
    for event, paged in _climb(after, who, rules):
        yield f"engine {who} takes it up again: {event}", paged


def _cancelled(world: World) -> World:
    """Without the pages that have not left."""
    for place, message in enumerate(world.messages):
        if message.state in WAITING:
            world = world.message(place, state=MessageState.CANCELLED)
    return world


def _enqueue(world: World, row: Message) -> World:
    """A key is used once, ever."""
    if row.key in {message.key for message in world.messages}:
        return world
    return replace(world, messages=(*world.messages, row))


def _claim(world: World, who: int, number: int, fence: int, rules: Rules) -> Follow:
    message = world.messages[number]
    standing = LastLook(
        purpose=world.purpose,
        created_at=START,
        not_after=START + timedelta(minutes=message.made) + LIFE,
        alert_state=world.alert,
        participant_status="active",
        contact_current=True,
        contact_broken=False,
    )
    stop = rules.stop_before_sending(standing, world.now)
    if stop is not None:
        yield f"{message.key} is stopped", world.message(number, state=stop.state)
        return
    after = world.message(number, state=MessageState.IN_FLIGHT, tries=message.tries + 1)
    if world.alert in ("acked", "closed"):
        after = replace(after, broken=f"{message.key} leaves after the acknowledgement")
    after = replace(after, attempts=(*after.attempts, Attempt(number, fence)))
    hand = Hand(len(world.attempts), "send")
    yield f"engine {who} claims {message.key}", _hold(after, who, hand)


def _hold(world: World, who: int, hand: Hand) -> World:
    return world.engine(who, hands=(*world.engines[who].hands, hand))


def _look_up(world: World, who: int, number: int) -> Follow:
    """Asks, outside any transaction; the answer is learnt later."""
    if any(hand.attempt == number for hand in world.engines[who].hands):
        return
    attempt = world.attempts[number]
    found = Status.ACCEPTED if attempt.made and not attempt.hidden else None
    after = world.attempt(number, hidden=False)
    hand = Hand(number, "learn", found)
    yield f"engine {who} asks for {number}", _hold(after, who, hand)
    if world.may("fault"):
        nothing = _hold(world.less("fault"), who, Hand(number, "learn_nothing"))
        yield f"{PERHAPS}engine {who} cannot ask for {number}", nothing


def _hands(world: World, who: int, rules: Rules) -> Follow:
    engine = world.engines[who]
    for place, hand in enumerate(engine.hands):
        rest = engine.hands[:place] + engine.hands[place + 1 :]
        free = world.engine(who, hands=rest)
        if hand.kind == "send":
            yield from _send(free, who, hand)
        elif not rules.may_write(engine.fence or 0, world.newest):
            yield f"engine {who} lost the lease", free.engine(who, fence=None)
        elif hand.kind == "record":
            yield f"engine {who} records", _record(free, hand, rules)
        elif hand.kind == "learn":
            yield f"engine {who} learns", _learn(free, hand, rules)
        else:
            yield f"engine {who} learns nothing", _learn_nothing(free, hand, rules)


def _send(world: World, who: int, hand: Hand) -> Follow:
    """The call. No fence is asked here: who slept may still be at it."""
    number, done = hand.attempt, Hand(hand.attempt, "record")
    if world.attempts[number].over:
        stood_still = replace(done, answer=NotSent("stood still", 0))
        yield f"engine {who} is too late", _hold(world, who, stood_still)
        return
    made = world.attempt(number, made=True)
    well = replace(done, answer=Accepted(f"SM{number}"))
    yield f"the provider takes {number}", _hold(made, who, well)
    if world.may("fault"):
        world, made = world.less("fault"), made.less("fault")
        silent = replace(done, answer=Unclear("500"))
        late = made.attempt(number, hidden=True)
        yield f"it takes {number} and says nothing", _hold(made, who, silent)
        yield f"it takes {number} and shows it late", _hold(late, who, silent)
        yield f"it loses {number}", _hold(world, who, silent)
        answers: tuple[Outcome, ...] = (NotSent("429", 60), Rejected("filtered"))
        for answer in answers:
            said = _hold(world, who, replace(done, answer=answer))
            yield f"it says {type(answer).__name__} to {number}", said


def _record(world: World, hand: Hand, rules: Rules) -> World:
    answer = hand.answer
    assert not isinstance(answer, Status)
    assert answer is not None
    attempt = world.attempts[hand.attempt]
    if not rules.still_counts(attempt.state, answer):
        return world
    tries = world.messages[attempt.message].tries
    step = rules.after_outcome(answer, world.purpose, tries)
    return _conclude(world, hand.attempt, step, rules)


def _learn(world: World, hand: Hand, rules: Rules) -> World:
    attempt = world.attempts[hand.attempt]
    if isinstance(hand.answer, Status):
        step = rules.after_status(hand.answer, world.purpose)
        return _conclude(world, hand.attempt, step, rules)
    if attempt.state is not AttemptState.UNKNOWN:
        return world
    world = world.attempt(hand.attempt, empty=attempt.empty + 1)
    tries = world.messages[attempt.message].tries
    after = rules.after_empty_lookup(world.purpose, attempt.empty + 1, tries)
    return world if after is None else _conclude(world, hand.attempt, after, rules)


def _learn_nothing(world: World, hand: Hand, rules: Rules) -> World:
    """The provider could not be asked, and it has been tried for long enough."""
    if world.attempts[hand.attempt].state is not AttemptState.UNKNOWN:
        return world
    return _conclude(world, hand.attempt, rules.unresolved(world.purpose), rules)


def _conclude(world: World, number: int, step: NextState, rules: Rules) -> World:
    """As ``attempts.conclude`` and ``consequences.apply_next`` do."""
    world = world.attempt(number, state=step.attempt)
    place = world.attempts[number].message
    message = world.messages[place]
    if not rules.is_news(message.state, step.message):
        return world
    told = message.staff_told or step.tell_staff
    world = world.message(place, state=step.message, staff_told=told)
    key = rules.again_key(message.key) if step.another_channel else None
    if key is None:
        return world
    other = other_channel(message.channel, True)
    return _enqueue(world, Message(key, other, made=world.minutes))


def _elsewhere(world: World, rules: Rules) -> Follow:
    """The provider, a person, and time."""
    for number, attempt in enumerate(world.attempts):
        if attempt.made and not attempt.told and world.may("callback"):
            for status in (Status.DELIVERED, Status.UNDELIVERED):
                step = rules.after_status(status, world.purpose)
                after = _conclude(world.attempt(number, told=True), number, step, rules)
                yield f"{PERHAPS}{number} is called {status}", after.less("callback")
        if not attempt.over and attempt.state in OPEN_ATTEMPTS:
            yield from _deadline(world, number)
    yield from _people(world)
    if world.may("minutes"):
        yield (
            f"{PERHAPS}five minutes pass",
            replace(world, minutes=world.minutes + 5).less("minutes"),
        )


def _people(world: World) -> Follow:
    """Who takes the alert, takes it over, closes it, or lets half an hour go by."""
    if world.alert == "open" and world.may("person"):
        after = _held(_cancelled(world).less("person"), 1)
        yield f"{PERHAPS}a person acknowledges", after
    if world.alert == "acked" and world.holder == 1 and world.may("takeover"):
        yield f"{PERHAPS}another takes it over", _held(world.less("takeover"), 2)
    if world.alert in ("open", "acked") and world.may("close"):
        after = replace(_cancelled(world).less("close"), alert="closed")
        yield f"{PERHAPS}it is closed", after
    if world.alert == "acked" and world.may("half_hours"):
        later = replace(world, minutes=world.minutes + PLAN.rearm_minutes)
        yield f"{PERHAPS}half an hour passes", later.less("half_hours")


def _held(world: World, holder: int) -> World:
    """As ``alerts.acknowledge`` and ``alerts.hand_over`` do: the half hour begins."""
    again_at = world.minutes + PLAN.rearm_minutes
    return replace(world, alert="acked", holder=holder, again_at=again_at)


def _deadline(world: World, number: int) -> Follow:
    """Time passes; before the call was made only where a machine stands still."""
    unsent = any(
        hand == Hand(number, "send") for each in world.engines for hand in each.hands
    )
    if unsent and not world.may("stall"):
        return
    after = world.attempt(number, over=True)
    yield f"the deadline of {number} passes", after.less("stall") if unsent else after
