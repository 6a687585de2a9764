"""Before going live: the studies in use, and what the providers let through.

On the worst day for which the ladders are built, three participants are in danger at
the same time, nobody answers, and every diary of the day is missing too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from portal.db.tables.people import Participant, Site, Staff, StudyVersion
from portal.errors import InvalidInput
from portal.operating.golive.findings import ERROR, WARNING, GoLiveFault, PortalSnapshot
from portal.people import contacts
from portal.phone_numbers import to_e164, written
from portal.protocol.checks.study import faults as study_faults
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import PAGING, Step, Tier, TierPolicy
from portal.vocabulary.people import ParticipantStatus

RED = 3
DAY_HOURS = 24
INVENTED_LINES = frozenset({"+862855500120"})  # the number in the shipped study files


def approval(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """No real person is texted by a study that the investigator did not sign."""
    severity = ERROR if ground.setting.real else WARNING
    for study in ground.versions.values():
        if not study.approved:
            said = f"{study.id} {study.version} is not approved by its investigator: set approved = true in the signed file and install it."
            yield GoLiveFault(severity, "approval", said)


def wording(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """The studies in use have no faults, in any language and by the provider's caps."""
    for number in ground.broken:
        row = ground.session.get_one(StudyVersion, number)
        said = f"{row.study_id} {row.version} (kept as {number}) cannot be read."
        yield GoLiveFault(ERROR, "study", said)
    if not (ground.versions or ground.broken):
        yield GoLiveFault(
            ERROR, "study", "No study is installed: python -m portal init"
        )
    for study in ground.versions.values():
        for fault in study_faults(study, caps=ground.setting.caps):
            said = f"{study.id} {study.version}, {fault.key}: {fault.sentence}"
            yield GoLiveFault(ERROR, "study", said)


def channels(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Each rung of a ladder uses two channels that are set up."""
    for study in ground.versions.values():
        for tier in PAGING:
            for place, step in enumerate(study.policies[tier].steps, start=1):
                there = _there(ground, step)
                if len(there) < 2:
                    by = there[0] if there else "nothing"
                    said = (
                        f"{study.id} {study.version}: step {place} of {tier} goes out "
                        f"only by {by}. {_how_to_add(ground)}"
                    )
                    yield GoLiveFault(ERROR, "channels", said)


def _there(ground: PortalSnapshot, step: Step) -> list[str]:
    setting = ground.setting
    return [c for c in step.channels if c != "call" or setting.voice]


def _how_to_add(ground: PortalSnapshot) -> str:
    if ground.setting.voice:
        return "One channel may fail: page by text and call."
    return f"{ground.setting.gateway} is not set up for calls."


def duty_line(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """The duty line can be dialled and is a real number."""
    for site in ground.sites:
        try:
            number = to_e164(site.duty_line, site.country)
        except InvalidInput as error:
            said = f"{site.code}: the duty line {site.duty_line}: {error.message}"
            yield GoLiveFault(ERROR, "duty line", said)
            continue
        if written(site.duty_line) != site.duty_line:
            said = (
                f"{site.code}: the duty line {site.duty_line} is written so that a "
                "phone may not dial it: python -m portal site set --duty-line NUMBER."
            )
            yield GoLiveFault(ERROR, "duty line", said)
        if number in INVENTED_LINES:
            said = (
                f"{site.code}: the duty line {site.duty_line} is the invented number of "
                "the study file, and every page tells people to phone it: "
                "python -m portal site set --duty-line NUMBER."
            )
            yield GoLiveFault(ERROR, "duty line", said)


def worst_day(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """On the worst day nobody needs more messages than the provider lets through."""
    for site in ground.sites:
        for study, silent in _followed(ground, site):
            yield from _texts_of_tasks(ground, site, study, silent)
            for tier in PAGING:
                yield from _until_full(ground, site, study, study.policies[tier])


def _followed(ground: PortalSnapshot, site: Site) -> Iterator[tuple[Study, int]]:
    """Each study in use at a site, with the number of people who follow it there."""
    query = (
        select(Participant.study_version_id, func.count())
        .where(
            Participant.site_id == site.id,
            Participant.status == ParticipantStatus.ACTIVE,
        )
        .group_by(Participant.study_version_id)
    )
    counts = {number: count for number, count in ground.session.execute(query)}  # noqa: C416
    for number, study in ground.versions.items():
        yield study, counts.get(number, 0)


def _texts_of_tasks(
    ground: PortalSnapshot, site: Site, study: Study, silent: int
) -> Iterator[GoLiveFault]:
    """Every missing diary can become a task, and each overdue task texts once."""
    steps = study.policies[Tier.SAME_DAY].steps
    cap = ground.setting.caps.texts_per_day
    if steps and silent + study.paging.texts_per_person_day > cap:
        said = (
            f"{site.code}: on the worst day the {steps[0].roles[0]} on call gets up to "
            f"{study.paging.texts_per_person_day} texts from ladders and {silent} "
            f"about overdue tasks; {ground.setting.caps.gateway} lets {cap} through to one "
            "number in 24 hours."
        )
        yield GoLiveFault(WARNING, "worst day", said)


def _until_full(
    ground: PortalSnapshot, site: Site, study: Study, policy: TierPolicy
) -> Iterator[GoLiveFault]:
    """When unanswered ladders first use up somebody's texts and calls of the day."""
    full = {role: _hours(ground, study, policy, role) for role in _roles(policy)}
    for role, hours in sorted(full.items(), key=lambda one: one[1]):
        names = _without_mail(ground, site, role)
        if names and hours < DAY_HOURS:
            said = (
                f"{site.code}: with {RED} {policy.tier} alerts unanswered, the texts and "
                f"calls that a day allows the {role} are used up after {hours:.1f} "
                f"hours; then only e-mail continues, and it does not reach {names}."
            )
            yield GoLiveFault(WARNING, "worst day", said)
            return


def _roles(policy: TierPolicy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for step in policy.steps for role in step.roles))


def _hours(
    ground: PortalSnapshot, study: Study, policy: TierPolicy, role: str
) -> float:
    """For how many hours a role's texts or calls last, whichever last longer."""
    caps, paging = ground.setting.caps, study.paging
    most = {
        "text": min(paging.texts_per_person_day, caps.texts_per_day),
        "call": min(paging.calls_per_person_day, caps.calls_per_day),
    }
    pages = Counter(c for s in policy.steps if role in s.roles for c in s.channels)
    rounds = max(most.get(channel, 0) // (RED * n) for channel, n in pages.items())
    minutes = policy.steps[-1].after_minutes + policy.repeat_minutes
    return rounds * minutes / 60


def _without_mail(ground: PortalSnapshot, site: Site, role: str) -> str:
    """People of a role without working e-mail, as a list in a sentence."""
    ids = dict.fromkeys(
        one.staff_id for one in ground.on_call(site) if one.duty == role
    )
    return ", ".join(
        ground.session.get_one(Staff, number).display_name
        for number in ids
        if not ground.setting.email
        or contacts.email(ground.session, staff_id=number) is None
    )
