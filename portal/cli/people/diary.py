"""``python -m portal diary submit``: hand in what a participant told somebody.

The rules are those of the phone. A dangerous answer is stored and answered even if
another field cannot be used; any other invalid field is refused by name.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from portal import audit, startup
from portal.alerting.answers import reported_alerts
from portal.cli.output import print_json
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Receipt, Submission
from portal.diary.judgement import judged
from portal.errors import InvalidInput, PortalError
from portal.languages import LANGUAGES
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.triage.strict_json import RepeatedKey, read_json
from portal.records.staff.work import roster
from portal.vocabulary.diary import EntrySource, VersionKind

LARGEST = 256 * 1024  # bytes
SOURCES = [one.value for one in EntrySource if one is not EntrySource.JOURNAL]


@click.group()
def diary() -> None:
    """Hand in a diary for a participant.

    Example: python -m portal diary submit DS-007 < answers.json
    """


@diary.command()
@click.argument("code")
@click.option(
    "--source",
    type=click.Choice(SOURCES),
    default="staff",
    show_default=True,
    help="How it came. From text or phone the red-flag question may be missing.",
)
@click.option("--id", "version_id", type=click.UUID, help="UUID, for a safe repeat.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Of the answers.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def submit(
    code: str,
    source: str,
    version_id: uuid.UUID | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Store and triage one diary: a JSON object of answers on standard input.

    The answers name the reporter ("self" if not given). A red flag is stored and
    answered even if another field cannot be used; that field is then named.

    Example: echo '{"emerg": [], "temp": {"value": "38.0", "unit": "C"}}' |
    python -m portal diary submit DS-007
    """
    readings, repeated = _readings(sys.stdin.buffer.read(LARGEST + 1))
    with startup.opened() as runtime, runtime.writing() as session:
        participant = roster.by_code(session, code)
        study = runtime.study(session, participant.study_version_id)
        case = Case(session, study, participant, runtime.now())
        answers = _worst(case, readings, EntrySource(source))
        if answers is None and repeated is not None:
            raise repeated
        submission = Submission(
            version_id=str(version_id or uuid.uuid4()),
            kind=VersionKind.COMPLETE,
            answers=answers or readings[0],
            reporter=timeline.reported_by(answers or readings[0]),
            language=language or participant.language,
            actor=audit.OPERATOR,
            source=EntrySource(source),
        )
        receipt = entries.submit(case, submission)
        said = _said(participant, receipt, repeated)
        said["alert"] = _alert(session, receipt, now=case.now)
    _tell(said, as_json)


def _readings(raw: bytes) -> tuple[list[dict[str, Any]], PortalError | None]:
    """The answers; if a key is given twice, both readings and the refusal."""
    if len(raw) > LARGEST:
        raise InvalidInput(f"The answers are longer than {LARGEST} bytes.")
    try:
        return [_object(read_json(raw.decode("utf-8-sig")))], None
    except UnicodeDecodeError as error:
        said = f"The answers are not UTF-8 text (byte {error.start + 1})."
        raise InvalidInput(said) from error
    except RepeatedKey as found:
        said = f'Nothing was stored: the answers give "{found.field}" twice.'
        both = [_object(reading) for reading in found.readings]
        return both, InvalidInput(said, field=found.field)
    except InvalidInput as refused:
        raise InvalidInput(f"The answers are {refused.message}.") from refused


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput('not a JSON object such as {"dizzy": 1}')
    return value


def _worst(
    case: Case, readings: list[dict[str, Any]], source: EntrySource
) -> Mapping[str, Any] | None:
    """Of two readings, the worse one if it is at least urgent; else None."""
    if len(readings) == 1:
        return readings[0]
    ranked = []
    for answers in readings:
        try:
            verdict = judged(case, answers, source=source)
        except InvalidInput:
            continue
        ranked.append((verdict.tier, answers))
    worst = max(ranked, key=lambda pair: pair[0].rank, default=None)
    return worst[1] if worst is not None and worst[0].pages else None


def _said(
    participant: Participant,
    receipt: Receipt,
    repeated: PortalError | None,
) -> dict[str, Any]:
    faults = [(fault.field, fault.problem) for fault in receipt.verdict.faults]
    if repeated is not None:
        faults.insert(0, (repeated.field or "", "stands twice"))
    return {
        "code": participant.code,
        "entry": receipt.entry_id,
        "version": receipt.version_id,
        "tier": receipt.verdict.tier.value,
        "ack_minutes": receipt.verdict.ack_minutes,
        "findings": [
            {"rule": finding.rule, "tier": finding.tier.value}
            for finding in receipt.verdict.findings
        ],
        "advice": list(receipt.verdict.advice),
        "faults": [{"field": field, "problem": said} for field, said in faults],
        "repeated": receipt.repeated,
    }


def _alert(
    session: Session, receipt: Receipt, *, now: datetime
) -> dict[str, Any] | None:
    """The alert that it opened or joined; ``answer_in``: seconds left, 0: overdue."""
    alert = session.get(Alert, receipt.alert_id) if receipt.alert_id else None
    if alert is None:
        return None
    left = reported_alerts.answer_in(session, alert, now=now)
    return {"id": alert.id, "code": alert.code, "answer_in": left}


def _tell(said: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(said)
        return
    kept = "was stored before" if said["repeated"] else "is stored"
    rules = ", ".join(finding["rule"] for finding in said["findings"]) or "no rule"
    click.echo(f"The diary of {said['code']} {kept}: {said['tier']} ({rules}).")
    if said["alert"]:
        click.echo(_waits(**said["alert"]))
    for fault in said["faults"]:
        click.echo(f"Not used: {fault['field']}: {fault['problem']}.", err=True)


def _waits(id: int, code: str, answer_in: int | None) -> str:
    if answer_in is None:
        return f"Alert {id} ({code}): somebody has it."
    if not answer_in:
        return f"Alert {id} ({code}) is overdue: nobody has answered it."
    minutes = -(-answer_in // 60)
    return f"Alert {id} ({code}) waits for a person, within {minutes} minutes."
