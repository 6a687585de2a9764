"""The oracle: what phones were told, what the tables say and what the provider truly did.

It believes only the provider's ledger. Every text and call in it names, in the address
its status goes to, the attempt that made it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.alerts import Alert, AlertFinding, Task
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Attempt, Message
from portal.messages.states import AGAIN, OPEN_ATTEMPTS
from tests.faults.ground import Ground, ReportingPhone
from tests.support.provider import Item, Provider

FIRST_PAGES = 4  # a call and a text to doctor and nurse
MOST_EXTRA = 1  # page per step and person, ever


@dataclass
class Verdict:
    """What was found. Each list names what broke the promise."""

    entries: int = 0
    pages: int = 0
    reminders: int = 0
    codes: int = 0
    lost: list[str] = field(default_factory=list)
    doubled_pages: list[str] = field(default_factory=list)
    doubled_reminders: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def holds(self, kills: int) -> bool:
        """None lost, no reminder doubled, at most one doubled page in 1,000 kills."""
        few = len(self.doubled_pages) * 1_000 <= kills
        return few and not (self.lost or self.doubled_reminders or self.broken)

    def says(self) -> str:
        return (
            f"{self.entries} entries, {self.pages} pages, {self.reminders} reminders, "
            f"{self.codes} codes: lost {len(self.lost)}, doubled "
            f"{len(self.doubled_reminders)} reminders and {len(self.doubled_pages)} "
            f"pages, undecided {len(self.undecided)}, broken {len(self.broken)}"
        )

    def details(self) -> str:
        named = {
            "lost": self.lost,
            "doubled page": self.doubled_pages,
            "doubled reminder": self.doubled_reminders,
            "broken": self.broken,
            "undecided": self.undecided,
        }
        return "\n".join(
            f"{name}: {one}" for name, many in named.items() for one in many
        )


def judge(ground: Ground, provider: Provider) -> Verdict:
    """Compare everything, once nothing is under way any more."""
    verdict = Verdict()
    with ground.runtime.reading() as session:
        messages = session.scalars(select(Message).order_by(Message.id)).all()
        sent = _sent(session, provider.sent(), verdict)
        for phone in ground.reported:
            _judge_entry(session, phone, verdict)
        judge_pages([m for m in messages if m.purpose == "alert"], sent, verdict)
        told = set(session.scalars(select(Task.dedupe_key)))
        for message in messages:
            _judge_text(message, sent[message.id], told, verdict)
        _judge_attempts(session, verdict)
        if (row := audit.first_fault(session)) is not None:
            verdict.broken.append(f"the audit's chain, at row {row}")
    verdict.broken += [f"a bad request: {said}" for said in provider.complaints]
    return verdict


def _sent(session: Session, items: Iterable[Item], verdict: Verdict) -> Counter[int]:
    """How often each message truly left."""
    query = select(Attempt.reference, Attempt.message_id)
    owner = {reference: message for reference, message in session.execute(query)}  # noqa: C416
    sent: Counter[int] = Counter()
    for item in items:
        reference = (item.callback or "").rpartition("/")[2]
        if reference in owner:
            sent[owner[reference]] += 1
        else:
            verdict.broken.append(f"{item.sid} left without an attempt on record")
    return sent


def _judge_entry(session: Session, phone: ReportingPhone, verdict: Verdict) -> None:
    """What a phone was told is received is there, once, with an alert and its pages."""
    verdict.entries += 1
    version = session.get(EntryVersion, phone.version_id)
    if version is None:
        verdict.lost.append(f"the entry of {phone.code}, which was acknowledged")
        return
    same = EntryVersion.participant_id == version.participant_id
    if session.scalar(select(func.count()).select_from(EntryVersion).where(same)) != 1:
        verdict.broken.append(f"the entry of {phone.code} is there more than once")
    by_entry = AlertFinding.entry_version_id == version.id
    found = set(session.scalars(select(AlertFinding.alert_id).where(by_entry)))
    mine = Alert.participant_id == version.participant_id
    if len(found) != 1 or set(session.scalars(select(Alert.id).where(mine))) != found:
        verdict.lost.append(f"the alert of {phone.code}: there are {len(found)}")
        return
    first = (
        Message.alert_id.in_(found),
        Message.alert_step == 0,
        Message.alert_round == 0,
    )
    keys = session.scalars(select(Message.dedupe_key).where(*first))
    if len([key for key in keys if not key.endswith(AGAIN)]) != FIRST_PAGES:
        verdict.lost.append(f"a first page of {phone.code} was never queued")


def judge_pages(
    messages: Iterable[Message], sent: Counter[int], verdict: Verdict
) -> None:
    """Per step and person: each page left, or the one that replaces it did."""
    groups: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        groups[message.dedupe_key.rpartition(":")[0]].append(message)
    for key, group in groups.items():
        first = [m for m in group if not m.dedupe_key.endswith(AGAIN)]
        left = sum(sent[m.id] for m in group)
        again = left - sum(sent[m.id] for m in first)
        verdict.pages += len(first)
        missing = [m for m in first if not sent[m.id]]
        if missing and not again:
            verdict.lost += [f"{m.dedupe_key}, which is {m.state}" for m in missing]
        extra = left - len(first)
        verdict.doubled_pages += [key] * max(0, extra)
        if extra > MOST_EXTRA:
            verdict.broken.append(f"{key} left {extra} times too often")


def _judge_text(message: Message, sent: int, told: set[str], verdict: Verdict) -> None:
    """Reminders and codes: at most once, and staff see a reminder nobody is sure of."""
    name = f"{message.dedupe_key}, which is {message.state}: {message.state_reason}"
    if message.purpose == "alert":
        return
    if message.purpose == "code":
        verdict.codes += 1
        if sent > 1 or (not sent and message.state != "rejected"):
            verdict.broken.append(f"{name}, left {sent} times")
        return
    verdict.reminders += 1
    seen = f"M:{message.id}" in told
    if sent > 1:
        verdict.doubled_reminders.append(name)
    if seen:
        verdict.undecided.append(name)
    elif sent == 0 or message.state == "unknown":
        verdict.lost.append(f"{name}, and nobody was told")


def _judge_attempts(session: Session, verdict: Verdict) -> None:
    query = select(Attempt.id).where(Attempt.state.in_(OPEN_ATTEMPTS))
    verdict.broken += [f"attempt {each} has no end" for each in session.scalars(query)]
