"""The plans for silence of two versions, cut at the same days, so that like meets like.

A stretch that one version has and the other has not is compared with what the other
says for those days: the plan of the phase.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.protocol.study.text import Text, worded

Plan = Mapping[str, Any]
OF_PHASE = ("due", "opens", "stretches")
HOME, STUDY = "home_days", "until_day"


def cut_alike(was: Plan, now: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """``[missing]`` of two stored studies, with a table for each run of days."""
    before, after = dict(was), dict(now)
    for phase in was.keys() | now.keys():
        old, new = was.get(phase), now.get(phase)
        for key, ends, counted in _runs(old, new):
            pairs = ((before, old), (after, new))
            for tables, plan in pairs:
                if plan is not None:
                    tables[phase] = {
                        **tables[phase],
                        key: _own(_held(plan, ends, counted)),
                    }
        for tables in (before, after):
            if phase in tables:
                tables[phase] = _without(tables[phase])
    return before, after


def run_label(key: str) -> Text | None:
    """The words for the key of a run of days; None: it is another key."""
    counted, _, days = key.partition(" ")
    if counted not in (HOME, STUDY) or not days:
        return None
    first, _, last = days.partition("-")
    if counted == STUDY:
        return worded("up to day %(last)s of the study", last=last)
    return worded("days %(first)s to %(last)s at home", first=first, last=last)


def _runs(old: Plan | None, new: Plan | None) -> Iterator[tuple[str, int, str]]:
    """Each run of days that one of the plans tells apart: key, last day, how counted."""
    known = [one for plan in (old, new) if plan for one in plan["stretches"]]
    for counted in (HOME, STUDY):
        first = 1
        for last in sorted({one[counted] for one in known if one[counted] is not None}):
            yield f"{counted} {first}-{last}", last, counted
            first = last + 1


def _held(plan: Plan, day: int, counted: str) -> Plan:
    """What a plan says for a day: that of its first stretch that is not over."""
    for one in plan["stretches"]:
        if one[counted] is not None and day <= one[counted]:
            held: Plan = one["plan"]
            return held
    return plan


def _own(plan: Plan) -> dict[str, Any]:
    """What a stretch may say; the rest is the phase's, and is told with it."""
    return {key: plan[key] for key in plan if key not in OF_PHASE}


def _without(plan: Plan) -> dict[str, Any]:
    return {key: value for key, value in plan.items() if key != "stretches"}
