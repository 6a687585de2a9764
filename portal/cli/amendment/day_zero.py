"""``python -m portal participant day-zero``: changes somebody's D0, signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click
from sqlalchemy.orm import Session

from portal import startup
from portal.cli.amendment.signing import signed
from portal.cli.output import print_table
from portal.enrolment import day_zero
from portal.enrolment.day_zero import DayZeroChanged, SignedDay
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.records import day_zero_preview
from portal.records.day_zero_preview import DayZeroPreview, VisitMove
from portal.records.staff.work import roster
from portal.runtime import Runtime


@click.command("day-zero")
@click.argument("code")
@click.argument("day", metavar="YYYY-MM-DD")
@click.option("--by", metavar="NAME", help="User name of the signer.")
@click.option("--why", metavar="TEXT", help="One sentence on why.")
@click.option("--preview", is_flag=True, help="Show the effects; change nothing.")
def day_zero_command(
    code: str, day: str, by: str | None, why: str | None, preview: bool
) -> None:
    """Correct somebody's D0, or postpone it.

    It first shows what moves, what was sent already, and how the rules would have
    judged the entries, whose verdicts do not change. Then it asks for the password of
    NAME, an investigator or administrator, and for the code if they have a second
    factor.

    Example: python -m portal participant day-zero DS-007 2026-03-12 --by chen
    --why "The day was typed wrongly"
    """
    on = _day(day)
    with startup.opened() as runtime:
        with runtime.reading() as session:
            _print_preview(day_zero_preview.preview(_case(runtime, session, code), on))
        if preview:
            return
        if not by or not why:
            raise InvalidInput("Say who signs and why: --by NAME --why TEXT.")
        act = SignedDay(on, signed(runtime, by), why)
        with runtime.writing() as session:
            studies, now = runtime.studies(session), runtime.now()
            done = day_zero.change(session, studies, code, act, now=now)
    _print_done(done)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f'"{text[:40]}" is not a day such as 2026-03-10.'
        raise InvalidInput(said, field="d0") from None


def _case(runtime: Runtime, session: Session, code: str) -> Case:
    who = roster.by_code(session, code)
    study = runtime.study(session, who.study_version_id)
    return Case(session, study, who, runtime.now())


def _print_preview(found: DayZeroPreview) -> None:
    click.echo(f"{found.code}: D0 {found.before} -> {found.after}")
    if found.stay is not None:
        click.echo(f"stay from {found.stay} -> {found.after}")
    rows = [(one.code, one.was, one.becomes, _note(one)) for one in found.visits]
    _table("visits to come", ("visit", "was", "becomes", "note"), rows)
    sent = [(f"{one.at:%Y-%m-%d %H:%M} UTC", one.about) for one in found.sent]
    _table("texts already sent", ("at", "about"), sent)
    phases = [(one.day, one.was, one.becomes) for one in found.phases]
    _table("entries in another phase", ("day", "was", "becomes"), phases)
    outcomes = [
        (one.day, one.change.value, one.what, one.before, one.after)
        for one in found.outcomes
    ]
    _table(
        "how the rules would have judged them (verdicts do not change)",
        ("day", "change", "what", "before", "after"),
        outcomes,
    )


def _note(move: VisitMove) -> str:
    notes = ["booked: keeps its hour"] if move.booked else []
    return ", ".join(notes if move.fits else [*notes, "does not fit: a task"])


def _table(
    title: str, head: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    click.echo(f"\n{title}: {len(rows)}")
    if rows:
        print_table(head, rows)


def _print_done(done: DayZeroChanged) -> None:
    click.echo(
        f"\n{done.code}: D0 {done.after}. "
        f"Visits moved: {', '.join(done.visits.moved) or 'none'}. "
        f"For staff to look at: {', '.join(done.to_check) or 'none'}."
    )
