"""The plans for silence that a file writes down, each with its key: for whoever looks
at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import CallTask, MissingPlan


def written_plans(study: Study) -> Iterator[tuple[str, MissingPlan]]:
    """The plan of each phase, and after it those of its stretches, with their keys."""
    for code, plan in study.missing.items():
        yield f"missing.{code}", plan
        for place, stretch in enumerate(plan.stretches, start=1):
            yield f"missing.{code}.stretch[{place}]", stretch.plan


def written_calls(study: Study) -> Iterator[tuple[str, CallTask]]:
    """Each call with its key; one that a stretch has from its phase only once."""
    for code, plan in study.missing.items():
        yield f"missing.{code}.task", plan.task
        if plan.evening:
            yield f"missing.{code}.evening", plan.evening
        for place, stretch in enumerate(plan.stretches, start=1):
            key, own = f"missing.{code}.stretch[{place}]", stretch.plan
            if own.task != plan.task:
                yield f"{key}.task", own.task
            if own.evening and own.evening != plan.evening:
                yield f"{key}.evening", own.evening
