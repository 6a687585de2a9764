"""Lives a study through with the real services on a real database, and notes it down.

The engine wakes whenever the database says that something is due, except in outages;
staff act at random moments, in outages too. A reminder leaves as soon as an engine is
up: nothing but its own cancellation holds it back here.
"""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import study_versions
from portal.audit import OPERATOR, Actor
from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant, Site, Staff
from portal.diary import entries
from portal.diary.entries import Submission
from portal.enrolment import caregivers, enrolment, numbers, preferences, status, stays
from portal.enrolment.enrolment_form import Enrolment
from portal.enrolment.numbers import NumberOwner
from portal.people import rota
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from portal.visits.reminders import remind
from tests.simulation.history import Appointment, History, Life, Report, Sent
from tests.simulation.size import Size
from tests.simulation.zones import ZONES
from tests.support.study import the_usual_study

Act = Callable[[datetime], None]
NEXT_WAKE = """
SELECT min(at) FROM (
    SELECT min(coalesce(remind_at, '2000-01-01 00:00:00')) AS at
    FROM participant WHERE status = 'active'
    UNION ALL
    SELECT min(next_try_at) FROM message
    WHERE state = 'queued' AND purpose = 'reminder'
) AS due
"""
MIDWAY = timedelta(days=20)
LONG_BEFORE = timedelta(days=22)
ANSWERS = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "antipyr": "no"}
WARM = {**ANSWERS, "temp": {"value": "37.6", "unit": "C"}}
UNHEARD = {"red_flags": {"emerg": []}, "words": {"note": "好的谢谢"}}
"""What says nothing of how somebody is: the chains of the day go on."""
QUIET = (("21:00", "08:00"), ("22:30", "09:20"), ("20:00", "10:30"), ("23:45", "07:00"))
ADHERENCE = {"W1": 0.8, "W2": 0.3, "W3": 0.3}


class World:
    """One simulated study. ``run`` lives it through and gives its history."""

    def __init__(self, runtime: Runtime, *, seed: int, size: Size) -> None:
        self.runtime, self.chance = runtime, random.Random(seed)
        self.size, self.begins = size, size.begins
        ends = size.begins + timedelta(days=size.days)
        self.history = History(size.begins, ends)
        self.study, self.source = the_usual_study()
        self._coming: list[tuple[datetime, int, Act]] = []
        self._order, self._numbers = count(), count(1)
        self._session: Session | None = None
        self._clock = size.begins
        self._wake: datetime | None = None
        self._done_before = 0

    def run(self) -> History:
        """Live until the end."""
        with self._transaction():
            self._found()
        self._plan()
        while self._coming:
            at, _, act = heapq.heappop(self._coming)
            self._engine_until(at)
            self._clock = at
            with self._transaction():
                act(at)
        self._engine_until(self.history.ends)
        return self.history

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.runtime.writing() as session:
            self._session = session
            yield
        self._session = None

    @property
    def session(self) -> Session:
        """The transaction of the present act."""
        assert self._session is not None
        return self._session

    def participant(self, life: Life) -> Participant:
        return self.session.get_one(Participant, life.id)

    # ------------------------------------------------------------------------ engine

    def _engine_until(self, end: datetime) -> None:
        """Wake whenever something is due before ``end``, where an engine runs."""
        while (wake := self._next_wake()) is not None:
            at = self.history.up_from(max(wake, self._clock))
            if at >= end:
                return
            self._clock = at
            self._tick(at)

    def _next_wake(self) -> datetime | None:
        """When a participant or a text is due next; who was never looked at is now."""
        done = sum(self.history.acts.values())
        if done != self._done_before:
            self._wake, self._done_before = self._read_wake(), done
        return self._wake

    def _read_wake(self) -> datetime | None:
        with self.runtime.database.engine.connect() as connection:
            found = connection.exec_driver_sql(NEXT_WAKE).scalar()
        if isinstance(found, str):
            return datetime.fromisoformat(found).replace(tzinfo=UTC)
        return found.astimezone(UTC) if found else None

    def _tick(self, at: datetime) -> None:
        with self._transaction():
            due = remind.AT_ONCE
            while due == remind.AT_ONCE:
                due = remind.remind_due(self.session, self._study_of, now=at)
            self._deliver(at)
        self._wake = self._read_wake()

    def _study_of(self, _version_id: int) -> Study:
        return self.study

    def _deliver(self, at: datetime) -> None:
        query = (
            select(
                Message.id,
                Message.participant_id,
                Message.dedupe_key,
                Contact.value,
                Message.not_after,
            )
            .join(Contact, Contact.id == Message.contact_id)
            .where(
                Message.state == "queued",
                Message.purpose == "reminder",
                Message.next_try_at <= at,
            )
        )
        for number, whose, key, value, not_after in self.session.execute(query).all():
            late = not_after is not None and at > not_after
            now = update(Message).where(Message.id == number)
            self.session.execute(now.values(state="expired" if late else "accepted"))
            if not late:
                self.history.sent.append(Sent(whose, key, value, at))

    def clock_goes_back(self, at: datetime) -> None:
        """The engine looks with a clock that is hours behind: nothing may come of it."""
        before = at - timedelta(minutes=self.chance.randint(1, 180))
        remind.remind_due(self.session, self._study_of, now=before)
        self.history.did("clock went back")

    # ---------------------------------------------------------------------- founding

    def _found(self) -> None:
        version = study_versions.install(
            self.session, self.study, self.source, now=self.begins
        )
        self.version, self.sites, self.staff = version, [], []
        for number, zone in enumerate(ZONES):
            site = Site(
                code=f"S{number}",
                name={"zh": "医院", "en": "Hospital"},
                country="CN",
                time_zone=zone,
                duty_line="028-5550 0120",
                emergency_number="120",
                created_at=self.begins,
            )
            self.session.add(site)
            self.session.flush()
            nurse = Staff(
                site_id=site.id,
                username=f"nurse{number}",
                display_name="Nurse",
                role="nurse",
                password_hash="-",
                language="en",
                active=True,
                created_at=self.begins,
            )
            self.session.add(nurse)
            self.session.flush()
            rota.assign(self.session, nurse, "nurse", starts_at=self.begins)
            self.sites.append(site)
            self.staff.append(nurse)

    def at(self, moment: datetime, act: Act) -> None:
        """Plan an act; its seconds are odd, so that it never meets an occasion.

        What lies before anybody looked is left out, as is what comes after the end.
        """
        odd = moment.replace(second=self.chance.randint(1, 58), microsecond=0)
        if self._clock - timedelta(minutes=1) < odd < self.history.ends:
            heapq.heappush(self._coming, (odd, next(self._order), act))

    def anywhen(self) -> datetime:
        span = (self.history.ends - self.begins).total_seconds()
        return self.begins + timedelta(seconds=self.chance.random() * span)

    def awkwardly(self) -> datetime:
        """Any time, or as often while no engine runs and texts wait to leave."""
        if self.chance.random() < 0.5:
            return self.anywhen()
        begins, ends = self.chance.choice(self.history.outages)
        return begins + (ends - begins) * self.chance.random()

    def _plan(self) -> None:
        span = (self.history.ends - self.begins).days
        for _ in range(max(2, span // 30)):
            begins = self.anywhen().replace(second=30, microsecond=0)
            hours = self.chance.choice([1, 2, 3, 5, 9, 14, 30])
            self.history.outages.append((begins, begins + timedelta(hours=hours)))
        self.history.outages = _apart(self.history.outages)
        for _ in range(max(3, span // 20)):
            self.at(self.anywhen(), self.clock_goes_back)
        for number in range(self.size.people):
            share = self.chance.random() * (0.9 if number % 4 else 0.1)
            at = self.begins + timedelta(days=share * span)
            midway = self.size.midway and number == 0
            self.at(self.begins if midway else at, self._enrol(number, midway=midway))
        for _ in range(round(self.size.moves * 1.3)):
            within = self.begins + (self.anywhen() - self.begins) * 0.85
            self.at(within, self.move_some_visit)
        for _ in range(2 * self.size.people):
            self.at(self.awkwardly(), self.change_some_number)
            self.at(self.anywhen(), self.change_some_zone)
        for _ in range(self.size.people):
            self.at(self.awkwardly(), self.pause_somebody)
        for _ in range(self.size.people // 3):
            self.at(self.awkwardly(), self.let_somebody_leave)

    # ------------------------------------------------------------------------ people

    def _number(self) -> str:
        return f"+86139{next(self._numbers):08}"

    def _enrol(self, index: int, *, midway: bool) -> Act:
        def act(at: datetime) -> None:
            site = self.sites[(index + self.size.first) % len(self.sites)]
            near = self.chance.random() < 0.6
            zone = site.time_zone if near else self.chance.choice(ZONES)
            today = at.astimezone(ZoneInfo(site.time_zone)).date()
            ahead = timedelta(days=self.chance.choice([0, 0, 1, 5]))
            d0 = today - MIDWAY if midway else today + ahead
            number = self._number()
            person = enrolment.enrol(
                self.session,
                self.version,
                self.study,
                site,
                Enrolment(
                    code=f"DS-{index:03}",
                    number=number,
                    d0=d0,
                    language=self.chance.choice(["zh", "en"]),
                    consent_version="1",
                    consented_at=self.begins - LONG_BEFORE,
                    time_zone=zone,
                    ahead=True,
                ),
                actor=OPERATOR,
                now=at,
            )
            quiet = self.chance.choice(QUIET)
            person.quiet_from, person.quiet_to = quiet
            life = Life(
                id=person.id,
                d0=d0,
                site_zone=site.time_zone,
                quiet=quiet,
                zones=[(at, zone)],
                statuses=[(at, "active")],
                numbers=[(at, number)],
                visits={},
            )
            self.history.lives.append(life)
            self._add_caregiver(life, person, site, at)
            for visit in self._visits(life):
                life.visits[visit.code] = [_as_it_is(visit, at)]
                self._plan_outcome(life, visit)
            self._plan_life(life)
            self.history.did("enrolled")

        return act

    def _add_caregiver(
        self, life: Life, person: Participant, site: Site, at: datetime
    ) -> None:
        if self.chance.random() < 0.5:
            number = self._number()
            caregiver = caregivers.add_caregiver(
                self.session,
                person,
                number=number,
                language="zh",
                consent_version="1",
                consented_at=self.begins - LONG_BEFORE,
                actor=OPERATOR,
                now=at,
            )
            life.caregiver = (caregiver.id, number)

    def _plan_life(self, life: Life) -> None:
        """The discharge, often entered late, and a diary on most days it is due."""
        home = life.d0 + timedelta(days=self.chance.randint(6, 11))
        late = self.chance.choice([0, 0, 0, 9, 26, 50])
        entered = _local(home, time(self.chance.randint(8, 20)), life.site_zone)
        entered = max(entered, life.statuses[0][0])  # for who comes later
        entered = self.history.up_from(entered + timedelta(hours=late))
        self.at(entered + timedelta(minutes=2), self._discharge(life, home))
        for day in range(7, (home - life.d0).days + 2):
            if self.chance.random() < 0.4:
                hour = time(self.chance.randint(6, 20), self.chance.randint(0, 59))
                on = _local(life.d0 + timedelta(days=day), hour, life.site_zone)
                self.at(self.history.up_from(on), self._still_here(life))
        for day in range(2, 731):
            phase = "W1" if day <= 28 else "W2" if day <= 92 else "W3"
            if (phase != "W3" or day % 7 == 0) and (
                self.chance.random() < ADHERENCE[phase]
            ):
                self._plan_report(life, life.d0 + timedelta(days=day), phase)

    def _plan_report(self, life: Life, day: date, phase: str) -> None:
        hour = time(self.chance.randint(6, 20), self.chance.randint(0, 59))
        kinds = ("complete", "partial", "red_flags", "words")
        kind = self.chance.choices(kinds, [88, 6, 3, 3])[0]
        warm = kind not in UNHEARD and phase != "W3" and self.chance.random() < 0.06
        at = _local(day, hour, life.site_zone)
        self.at(at, self._report(life, kind, warm=warm))
        if phase == "W1" and self.chance.random() < 0.2:
            later = at + timedelta(minutes=self.chance.randint(20, 400))
            self.at(later, self._report(life, "complete", warm=False))

    def _still_here(self, life: Life) -> Act:
        def act(at: datetime) -> None:
            if life.discharge is not None or self.history.up_from(at) != at:
                return
            on = at.astimezone(ZoneInfo(life.site_zone)).date()
            mine = self.participant(life)
            stays.still_here(self.session, mine, on=on, actor=OPERATOR, now=at)
            life.here.append((at, on))
            self.history.did("still here")

        return act

    def _discharge(self, life: Life, home: date) -> Act:
        def act(at: datetime) -> None:
            if self.history.up_from(at) != at:  # an outage holds this act back too
                later = self.history.up_from(at) + timedelta(minutes=2)
                self.at(later, self._discharge(life, home))
                return
            today = at.astimezone(ZoneInfo(life.site_zone)).date()
            on = min(home, today)
            stays.discharge(
                Case(self.session, self.study, self.participant(life), at),
                on=on,
                actor=OPERATOR,
            )
            life.discharge = (at, on)
            self.history.did("discharged")

        return act

    def _report(self, life: Life, kind: str, *, warm: bool) -> Act:
        def act(at: datetime) -> None:
            if life.statuses[-1][1] not in ("active", "paused"):
                return
            entry_id = self._hand_in(life, kind, at, warm=warm)
            day = at.astimezone(ZoneInfo(life.site_zone)).date()
            if kind not in UNHEARD:
                whole = kind == "complete"
                report = Report(at, day, whole, warm, entry_id)
                life.reports.append(report)
            self.history.did("reported")

        return act

    def _hand_in(self, life: Life, kind: str, at: datetime, *, warm: bool) -> int:
        submission = Submission(
            version_id=str(uuid.UUID(int=self.chance.getrandbits(128))),
            kind="partial" if kind == "words" else kind,
            answers=UNHEARD.get(kind, WARM if warm else ANSWERS),
            reporter="self",
            language="zh",
            actor=Actor("participant", str(life.id)),
        )
        mine = self.participant(life)
        receipt = entries.submit(Case(self.session, self.study, mine, at), submission)
        return receipt.entry_id

    # ------------------------------------------------------------------------ visits

    def _visits(self, life: Life) -> list[Visit]:
        query = select(Visit).where(Visit.participant_id == life.id)
        return list(self.session.scalars(query.order_by(Visit.target)))

    def _form(self, life: Life, visit: Visit, at: datetime) -> VisitForm:
        nurse = self.staff[[s.id for s in self.sites].index(self._site_id(life))]
        staff = self.session.get_one(Staff, nurse.id)
        case = Case(self.session, self.study, self.participant(life), at)
        return VisitForm(case, staff, visit.code, visit.version)

    def _site_id(self, life: Life) -> int:
        return self.participant(life).site_id

    def move_some_visit(self, at: datetime) -> None:
        """Book or move the next visit of somebody, mostly to a day that is near."""
        if self.history.acts.get("moved", 0) >= self.size.moves:
            return
        lives = [life for life in self.history.lives if _next_code(life, at)]
        if not lives:
            self.at(at + timedelta(days=2), self.move_some_visit)
            return
        life = self.chance.choice(lives)
        code = _next_code(life, at)
        query = select(Visit).filter_by(participant_id=life.id, code=code)
        visit = self.session.scalars(query).one()
        today = at.astimezone(ZoneInfo(life.site_zone)).date()
        ahead = self.chance.choice([0, 1, 1, 2, 3, 7, 7, 8, 12, 30])
        hour = time(self.chance.randint(7, 17), self.chance.choice([0, 15, 30, 45]))
        to = _local(today + timedelta(days=ahead), hour, life.site_zone)
        if to <= at:
            to += timedelta(days=1)
        form = self._form(life, visit, at)
        appointments.book(form, at=to, reason="Asked to.", sure=True)
        self._changed(life, visit, at)
        self.history.did("moved")
        if self.chance.random() < 0.08:  # the text may still wait for the morning
            soon = at + timedelta(hours=self.chance.randint(1, 6))
            self.at(soon, lambda then: self._pause(life, then))

    def _changed(self, life: Life, visit: Visit, at: datetime) -> None:
        self.session.flush()
        life.visits[visit.code].append(_as_it_is(visit, at))
        life.replanned.append(at)
        if visit.state == "booked":
            self._plan_outcome(life, visit)

    def _plan_outcome(self, life: Life, visit: Visit) -> None:
        """Most visits are attended when their time comes, some are missed."""
        code, version = visit.code, visit.version
        usual = _local(visit.target, time(10), life.site_zone)
        when = (visit.booked_at or usual) + timedelta(hours=2)

        def act(at: datetime) -> None:
            query = select(Visit).filter_by(participant_id=life.id, code=code)
            now = self.session.scalars(query).one()
            came = self.chance.random()
            today = at.astimezone(ZoneInfo(life.site_zone)).date()
            if now.version != version or came > 0.9 or today < life.d0:
                return
            form = self._form(life, now, at)
            if came < 0.75:
                appointments.attend(form, on=today, reason="Came.")
            else:
                appointments.miss(form)
            self._changed(life, now, at)
            self.history.did("attended" if came < 0.75 else "missed")

        self.at(when, act)

    # ----------------------------------------------------------------------- changes

    def _somebody(self, *statuses: str) -> Life | None:
        lives = [one for one in self.history.lives if one.statuses[-1][1] in statuses]
        return self.chance.choice(lives) if lives else None

    def change_some_number(self, at: datetime) -> None:
        life = self._somebody("active", "paused", "withdrawn")
        if life is not None:
            number = self._number()
            numbers.change_number(
                self.session,
                self.study,
                NumberOwner(life.id),
                number,
                revoke=False,
                actor=OPERATOR,
                now=at,
                real_now=at,
            )
            life.numbers.append((at, number))
            life.replanned.append(at)
            self.history.did("number changed")

    def change_some_zone(self, at: datetime) -> None:
        life = self._somebody("active")
        if life is not None and self.history.up_from(at) == at:
            zone = self.chance.choice([z for z in ZONES if z != life.zones[-1][1]])
            preferences.set_time_zone(
                Case(self.session, self.study, self.participant(life), at),
                zone,
                confirmed=True,
                actor=OPERATOR,
            )
            life.zones.append((at, zone))
            life.replanned.append(at)
            self.history.did("zone changed")

    def _change_status(self, life: Life, to: str, at: datetime) -> None:
        mine = self.participant(life)
        assert status.change_status(self.session, mine, to, "Asked.", None, now=at)
        life.statuses.append((at, to))
        self.history.did(to if to != "active" else "resumed")

    def pause_somebody(self, at: datetime) -> None:
        life = self._somebody("active")
        if life is not None:
            self._pause(life, at)

    def _pause(self, life: Life, at: datetime) -> None:
        if life.statuses[-1][1] != "active":
            return
        self._change_status(life, "paused", at)

        def resume(then: datetime) -> None:
            if life.statuses[-1][1] == "paused":
                self._change_status(life, "active", then)

        self.at(at + timedelta(hours=self.chance.randint(1, 400)), resume)

    def let_somebody_leave(self, at: datetime) -> None:
        life = self._somebody("active", "paused")
        if life is not None:
            ways = ["withdrawn", "died", "transferred", "completed"]
            self._change_status(life, self.chance.choice(ways), at)


def _next_code(life: Life, at: datetime) -> str:
    """The visit to come next that might be moved, or nothing."""
    recently = at.astimezone(ZoneInfo(life.site_zone)).date() - timedelta(days=30)
    for code, versions in life.visits.items():
        now = versions[-1]
        if now.state in ("planned", "booked") and now.target >= recently:
            return code
    return ""


def _as_it_is(visit: Visit, at: datetime) -> Appointment:
    return Appointment(at, visit.version, visit.state, visit.target, visit.booked_at)


def _local(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _apart(
    outages: list[tuple[datetime, datetime]],
) -> list[tuple[datetime, datetime]]:
    """Outages that do not touch each other."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(outages):
        if not found or begins > found[-1][1] + timedelta(hours=1):
            found.append((begins, ends))
    return found
