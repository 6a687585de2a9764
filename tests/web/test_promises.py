"""No page and no text promises an hour that has passed: every state of an alert, everywhere."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.people import timeline
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.story import (
    AWAITED,
    SEEN,
    STATES,
    UNANSWERED,
    State,
    Story,
    joined_in_time,
    joined_when_overdue,
    overdue,
    paged_anew_after_told,
    taken_for_long,
)
from tests.support.texts import MINE, Post
from tests.support.web import Visitor

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = re.compile(r"(?<![\d,] )(?<!\d)([0-2]\d):([0-5]\d)(?!\d)")  # of today
NOBODY = "还没有人回应您的报告"
# What has happened has an hour that has passed. Everything else is a promise.
HAPPENED = re.compile(
    r"已通知研究团队|已看到|收到|opened|Opened|was paged|Paged|took|closed|"
    r"joined|Raised|anew|told|[Ss]hould have|was to come back|"
    r"was planned|At the|reported|ago"
)
WITHIN = re.compile(r"(\d+)分钟内")


def by_name(state: State) -> str:
    return state.__name__


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def story(runtime: Runtime, people: Cast, clock: Clock) -> Story:
    with runtime.writing() as session:
        person = enrolled(session, people)
    return Story(runtime, people, clock, person.id)


def sentences(page: str) -> list[str]:
    """The page's words in the pieces that a reader takes in at once."""
    main = re.sub(r"<(script|style|template|head)\b.*?</\1>", "", page, flags=re.S)
    main = re.sub(
        r'<div data-after="[^"]*" hidden>.*?</section></div>', "", main, flags=re.S
    )
    main = re.sub(r"<(ol class=\"log\"|time\b).*?</(ol|time)>", "", main, flags=re.S)
    text = html.unescape(re.sub(r"<[^>]+>", "\n", main))
    return [one for one in re.split(r"[\n。；;]|(?<=[.!?]) ", text) if one.strip()]


def late(page: str, now: datetime) -> list[str]:
    """The sentences that promise an hour of today that has passed."""
    local = now.astimezone(ZONE)
    found = []
    for one in sentences(page):
        for hour, minute in HOUR.findall(one):
            at = local.replace(hour=int(hour), minute=int(minute), second=0)
            if at <= local and not HAPPENED.search(one):
                found.append(one)
    return found


def pages(story: Story, app: Flask) -> dict[str, str]:
    """Every page of theirs that speaks of the report, by its address."""
    who, runtime = story.participant_id, story.runtime
    person = arrivals.person_visitor(app, runtime, who)
    phone = arrivals.phone_visitor(app, runtime, who)
    entry = re.findall(r"/history/\d+", person.get("/history").text)[0]
    own = ["/today", "/today/status", "/history", entry, "/history/status"]
    found = {path: person.get(path).text for path in own}
    for version in story.sent:
        for path in (f"/diary/sent/{version}", f"/diary/sent/{version}/status"):
            found[path] = phone.get(path).text
    return found


def staff_pages(story: Story, app: Flask) -> dict[str, str]:
    nurse = arrivals.staff_visitor(app, story.runtime, story.people.here["nurse"])
    screen = arrivals.siren_visitor(app, story.runtime, story.people.here["admin"])
    for visitor in (nurse, screen):
        visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    alert = story.alert()
    paths = ["/staff", "/staff/live", f"/staff/alerts/{alert.id}"]
    found = {path: nurse.get(path, follow_redirects=True).text for path in paths}
    return {**found, "/siren/live": screen.get("/siren/live").text}


@pytest.mark.smoke
def test_a_promise_of_the_past_is_noticed() -> None:
    now = datetime(2026, 3, 12, 3, 8, tzinfo=ZoneInfo("UTC"))
    past = "<p>Somebody should answer by 10:59.</p>"
    assert late(past, now) == ["Somebody should answer by 10:59."]
    assert late("<p>10:59前应有人回应。</p>", now) == ["10:59前应有人回应"]
    assert late("<p>11:09前应有人回应。已通知研究团队，10:44。</p>", now) == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", STATES, ids=by_name)
def test_no_page_names_an_hour_that_has_passed(
    story: Story, app: Flask, state: State
) -> None:
    state(story)
    now = story.runtime.now()
    read = {**pages(story, app), **staff_pages(story, app)}
    assert {
        path: late(page, now) for path, page in read.items() if late(page, now)
    } == {}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", STATES, ids=by_name)
def test_no_minutes_are_promised_that_are_over(
    story: Story, app: Flask, state: State
) -> None:
    state(story)
    now = story.runtime.now()
    with story.runtime.reading() as session:
        person = session.get_one(Participant, story.participant_id)
        assert timeline.local_today(session, person, now=now)
    for version in story.sent:
        came = _received(story, version)
        page = pages(story, app)[f"/diary/sent/{version}"]
        for minutes in {int(one) for one in WITHIN.findall(page)}:
            until = came + timedelta(minutes=minutes)
            assert until > now
            alert = story.alert()
            assert alert.state != "open" or until <= alert.ack_due_at


def _received(story: Story, version: str) -> datetime:
    from portal.db.tables.diary import EntryVersion

    with story.runtime.reading() as session:
        return session.get_one(EntryVersion, version).received_at


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", UNANSWERED, ids=by_name)
def test_once_the_hour_has_passed_every_page_is_an_alarm_that_dials(
    story: Story, app: Flask, state: State
) -> None:
    state(story)
    for path, page in pages(story, app).items():
        if path == "/history":
            continue
        alarm = re.search(
            r'<section class="alarm" role="alert">.*?</section>', page, re.S
        )
        assert alarm, path
        assert NOBODY in alarm[0], path
        assert 'href="tel:02855500120"' in alarm[0], path
        assert 'href="tel:120"' in alarm[0], path
        back = f'href="/diary/sent/{story.sent[-1]}"' in alarm[0]
        assert back is not path.startswith("/diary/"), path


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", [*AWAITED, *SEEN], ids=by_name)
def test_as_long_as_somebody_is_awaited_or_has_it_no_page_alarms(
    story: Story, app: Flask, state: State
) -> None:
    state(story)
    for path, page in pages(story, app).items():
        shown = re.sub(r"<div data-after=.*?</section></div>", "", page, flags=re.S)
        assert NOBODY not in shown, path
        assert 'class="alarm"' not in shown, path


def test_under_an_alarm_the_diary_is_not_the_loudest(story: Story, app: Flask) -> None:
    overdue(story)
    page = pages(story, app)["/today"]
    assert page.index('class="alarm"') < page.index('href="/diary"')
    assert 'class="button primary' not in page


def test_on_the_ward_the_alarm_says_to_ring(
    story: Story, app: Flask, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    with runtime.writing() as session:
        d0 = clock().date() - timedelta(days=3)
        inside = enrolled(
            session, people, "DS-009", number="13800138009", d0=d0, home_since=None
        )
    mine = Story(runtime, people, clock, inside.id)
    overdue(mine)
    for path, page in pages(mine, app).items():
        if path == "/history":
            continue
        (alarm,) = re.findall(r'<section class="alarm".*?</section>', page, re.S)
        assert "请立即按铃叫护士" in alarm, path
        assert 'href="tel:02855500120"' in alarm, path
        assert "tel:120" not in alarm, path
        assert "请现在拨打" not in alarm, path


def test_a_caregiver_sees_the_alarm_too(
    story: Story, app: Flask, runtime: Runtime, people: Cast
) -> None:
    helper = arrivals.caregiver(runtime, people, story.participant_id)
    overdue(story)
    theirs = arrivals.person_visitor(app, runtime, story.participant_id, helper.id)
    page = theirs.get("/today").text
    assert NOBODY in page
    back = re.search(r'href="(/diary/sent/[^"]+)"', page)
    assert back
    assert NOBODY in theirs.get(back[1]).text


def test_somebody_who_took_it_after_that_is_no_longer_nobody(
    story: Story, app: Flask
) -> None:
    paged_anew_after_told(story)
    page = pages(story, app)["/today"]
    assert NOBODY not in re.sub(
        r"<div data-after=.*?</section></div>", "", page, flags=re.S
    )


def written(story: Story) -> tuple[str, dict[str, str]]:
    post = Post(story.runtime, story.people, iter(range(1, 9)))
    post.write("38.6", MINE)
    with story.runtime.reading() as session:
        query = select(Message).where(Message.purpose == "answer")
        answer = session.scalars(query).one()
        return answer.template, dict(answer.variables)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", STATES, ids=by_name)
def test_no_text_promises_more_than_staff_have(story: Story, state: State) -> None:
    state(story)
    template, values = written(story)
    alert, now = story.alert(), story.runtime.now()
    if alert.state == "open" and alert.ack_due_at <= now:
        assert template == "unanswered"
    if template == "report_urgent" and alert.state == "open":
        promised = now + timedelta(minutes=int(values["minutes"]))
        assert now < promised <= alert.ack_due_at + timedelta(seconds=59)


def test_a_text_that_joins_in_time_names_what_is_left(story: Story) -> None:
    joined_in_time(story)
    assert written(story)[1]["minutes"] == "5"


def test_a_text_that_joins_an_overdue_alert_says_to_phone(story: Story) -> None:
    joined_when_overdue(story)
    assert written(story) == (
        "unanswered",
        {"tel": "028-5550 0120", "emergency": "120"},
    )


def receipt(story: Story, app: Flask) -> dict[str, object]:
    """What a phone is answered that hands in a fever it kept."""
    phone = arrivals.phone_visitor(app, story.runtime, story.participant_id)
    at = int(story.runtime.now().timestamp() * 1000)
    said = {
        "person": (phone.get("/offline/record").json or {})["person"],
        "kind": "complete",
        "entry": str(uuid4()),
        "answers": {"emerg": [], "temp": {"value": "38.6", "unit": "C"}},
        "written_at": at,
        "phone_at": at,
    }
    headers = {"X-Portal": "1", "Sec-Fetch-Site": "same-origin"}
    answer = phone.post("/entries", json=said, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.mark.sampled(3)
@pytest.mark.parametrize("state", STATES, ids=by_name)
def test_a_kept_report_is_promised_no_more_than_staff_have(
    story: Story, app: Flask, state: State
) -> None:
    state(story)
    said, alert = receipt(story, app), story.alert()
    left = (alert.ack_due_at - story.runtime.now()).total_seconds()
    if alert.state != "open":
        assert said["answer_in"] is None
    elif left <= 0:
        assert (said["answer_in"], said["ack_minutes"]) == (0, None)
    elif said["answer_in"]:
        assert said["answer_in"] == left
        assert said["ack_minutes"] is None or int(str(said["ack_minutes"])) * 60 <= left


def test_the_phone_keeps_until_when_somebody_is_awaited(
    story: Story, app: Flask
) -> None:
    phone: Visitor = arrivals.phone_visitor(app, story.runtime, story.participant_id)

    def awaited() -> object:
        return (phone.get("/offline/record").json or {})["awaited"]

    assert awaited() is None
    joined_in_time(story)
    href = f"/diary/sent/{story.sent[-1]}"
    assert awaited() == {"answer_in": 5 * 60, "href": href}
    story.wait(10)
    assert awaited() == {"answer_in": 0, "href": href}
    story.acknowledge()
    assert awaited() is None


def test_words_of_a_long_wait_are_gone_when_it_is_over(
    story: Story, app: Flask
) -> None:
    taken_for_long(story)
    page = pages(story, app)[f"/diary/sent/{story.sent[0]}"]
    assert not WITHIN.search(page)
    assert "请不要等" in page
