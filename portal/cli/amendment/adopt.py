"""``python -m portal study adopt``: moves people to another version, signed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from portal import startup, study_versions
from portal.cli.amendment.signing import signed
from portal.cli.output import print_table
from portal.enrolment import adoption
from portal.enrolment.adoption import Adopted, AdoptionOutcome, SignedMove
from portal.errors import NotFound, PortalError
from portal.runtime import Runtime

REFUSED = "not moved: "


@click.command()
@click.argument("version")
@click.option(
    "--participant",
    "codes",
    multiple=True,
    metavar="CODE",
    help="Whom to move; can be repeated. Default: all at the site.",
)
@click.option("--by", required=True, metavar="NAME", help="User name of the signer.")
@click.option("--why", required=True, metavar="TEXT", help="One sentence on why.")
def adopt(version: str, codes: tuple[str, ...], by: str, why: str) -> None:
    """Move participants to another version of their study.

    NAME is an investigator or administrator; the command asks for their password, and
    for the code if they have a second factor. For people who must first sign a new
    consent it opens a task; repeat the command after they have signed.

    Example: python -m portal study adopt dcar-sle@2 --participant DS-007
    --by chen --why "Amendment 2, approved on 3 May"
    """
    with startup.opened() as runtime:
        with runtime.reading() as session:
            version_id = study_versions.named(session, version).id
        move = SignedMove(version_id, signed(runtime, by), why, runtime.settings.demo)
        with runtime.reading() as session:
            adoption.check(session, move)
            found = codes or _everybody(runtime, session, move)
        if not found:
            raise NotFound("Nobody here follows another version of this study.")
        rows = [_told(runtime, code, move) for code in found]
    print_table(("participant", "outcome", "visits"), rows)
    sys.exit(1 if any(said.startswith(REFUSED) for _, said, _ in rows) else 0)


def _everybody(runtime: Runtime, session: Session, move: SignedMove) -> tuple[str, ...]:
    version, staff = adoption.check(session, move)
    found = adoption.candidates(
        session, runtime.studies(session), version, staff.site_id
    )
    return tuple(one.code for one in found)


def _told(runtime: Runtime, code: str, move: SignedMove) -> tuple[str, str, str]:
    """Move one person in their own transaction: a refusal does not undo others."""
    try:
        with runtime.writing() as session:
            done = adoption.adopt(
                session, runtime.studies(session), code, move, now=runtime.now()
            )
    except PortalError as refused:
        return code, f"{REFUSED}{refused.message}", ""
    return done.code, done.outcome.value, ", ".join(_visits(done))


def _visits(done: Adopted) -> Iterator[str]:
    if done.outcome is not AdoptionOutcome.MOVED:
        return
    for sign, codes in (
        ("+", done.visits.added),
        ("→", done.visits.moved),
        ("−", done.visits.dropped),
    ):
        yield from (f"{sign}{code}" for code in codes)
