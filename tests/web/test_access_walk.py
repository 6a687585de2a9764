"""Every route is walked by everybody: what is not theirs is refused or does not exist.

A new route is walked without a line here, unless it names things in a new way: then
the walk asks to be told what a foreign one is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.app import BLUEPRINTS, UnguardedBlueprint, register
from portal.people.roles import ANSWERING
from portal.runtime import Runtime
from portal.web.frame.access import GuardedBlueprint
from tests.support import arrivals, foreign
from tests.support.cast import Cast, cast, enrolled
from tests.support.web import TOKEN, Visitor

STAFF = ("coordinator", "nurse", "investigator", "monitor", "admin")
EVERYBODY = ("nobody", "phone", "participant", "caregiver", "siren", *STAFF)

LET_IN = {  # by guard; staff only as far as their role goes
    "open": set(EVERYBODY),
    "machine": set(EVERYBODY),
    "signed": set(),  # the provider alone, whose requests carry its signature
    "participant": {"participant", "caregiver"},
    "reporter": {"phone", "participant", "caregiver"},
    "siren": {"siren"},
    "staff": set(STAFF),
    "demo": set(),  # the walk is no demonstration
}
ROLES = {  # by permission
    "enter": set(STAFF),
    "read": {"coordinator", "nurse", "investigator", "monitor"},
    "contacts": {"coordinator", "nurse", "investigator"},
    "work": set(ANSWERING),
    "enrol": {"coordinator", "investigator"},
    "decide": {"investigator"},
    "accounts": {"admin"},
    "rota": {"admin", "coordinator", "investigator"},
    "amend": {"admin", "investigator"},
}
OPEN = {  # every page that asks for no sign-in
    "start.start",
    "start.sign_out",
    "start.forget_phone",
    "start.choose_language",
    "auth.sign_in",
    "auth.ask_for_code",
    "auth.code",
    "auth.try_code",
    "auth.who",
    "auth.choose_who",
    "auth.done",
    "offline.manifest",
    "offline.worker",
    "offline.record",
    "auth.paper",
    "auth.try_paper",
    "staff_auth.staff_sign_in",
    "staff_auth.try_password",
    "staff_auth.staff_code",
    "staff_auth.staff_set_up",
    "staff_auth.try_staff_code",
    "staff_auth.staff_sign_out",
    "siren_set_up.ask",
    "siren_set_up.set_up",
}
MACHINE = {
    "calendar_feed.feed",  # the secret in its path is the guard
    "hooks.livez",
    "hooks.healthz",
    "hooks.metrics",
}
SIGNED = {
    "provider_hooks.status",
    "provider_hooks.voice",
    "provider_hooks.key",
    "provider_hooks.text",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
SIGN_IN = {"/sign-in", "/staff/sign-in", "/siren/set-up"}


@dataclass
class World:
    """The application, its people, and what belongs to people next door."""

    app: Flask
    runtime: Runtime
    people: Cast
    participant_id: int
    caregiver_id: int
    foreign: dict[str, Any]

    def visitor(self, who: str) -> Visitor:
        makers: dict[str, Callable[[], Visitor]] = {
            "nobody": lambda: arrivals.visitor(self.app),
            "phone": lambda: arrivals.phone_visitor(
                self.app, self.runtime, self.participant_id
            ),
            "participant": lambda: arrivals.person_visitor(
                self.app, self.runtime, self.participant_id
            ),
            "caregiver": lambda: arrivals.person_visitor(
                self.app, self.runtime, self.participant_id, self.caregiver_id
            ),
        }
        makers["siren"] = lambda: arrivals.siren_visitor(
            self.app, self.runtime, self.people.here["admin"]
        )
        if who in makers:
            return makers[who]()
        return arrivals.staff_visitor(self.app, self.runtime, self.people.here[who])


@pytest.fixture
def world(app: Flask, runtime: Runtime) -> World:
    people = cast(runtime)
    with runtime.writing() as session:
        own = enrolled(session, people).id
        neighbour = enrolled(
            session, people, "DS-900", house=people.there, number="13800138900"
        ).id
    helper = arrivals.caregiver(runtime, people, own).id
    things = foreign.belongings(runtime, people, neighbour)
    return World(app, runtime, people, own, helper, things)


def routes(app: Flask) -> Iterator[tuple[Rule, str, GuardedBlueprint]]:
    """Every rule, with each of its methods and its blueprint."""
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if rule.endpoint != "static":
            assert isinstance(blueprint, GuardedBlueprint), rule
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, blueprint


def walk(world: World) -> Iterator[tuple[str, Rule, str, bool]]:
    """Everybody at every route: who, where, by which method, and whether let in."""
    for who in EVERYBODY:
        for rule, method, blueprint in routes(world.app):
            yield who, rule, method, is_let_in(world.app, who, rule, method, blueprint)


def permission(app: Flask, rule: Rule, method: str) -> str:
    view = app.view_functions[rule.endpoint]
    usual = "read" if method in SAFE else "work"
    return str(getattr(view, "permission", usual))


def is_let_in(
    app: Flask, who: str, rule: Rule, method: str, blueprint: GuardedBlueprint
) -> bool:
    if who not in LET_IN[blueprint.guard]:
        return False
    if blueprint.guard != "staff":
        return True
    return who in ROLES[permission(app, rule, method)]


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    unknown = rule.arguments - set(values)
    assert not unknown, f"tell tests.support.foreign what {unknown} of {rule} is"
    wanted = {name: values[name] for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **wanted)


def token_of(visitor: Visitor) -> str:
    found = TOKEN.search(visitor.get("/no-such-page").text)
    assert found
    return found[1]


def send(visitor: Visitor, method: str, path: str, token: str = "") -> TestResponse:
    data = None
    if method not in SAFE:
        data = {"csrf_token": token or token_of(visitor)}
    return visitor.open(path, method=method, data=data)


def refused(response: TestResponse) -> bool:
    if response.status_code == 303:
        return response.headers["Location"] in SIGN_IN
    return response.status_code in {401, 403, 404}


def test_who_is_not_let_in_by_the_guard_gets_nothing(world: World) -> None:
    """Each with one session: what is refused changes nothing in it."""
    visitors = {who: world.visitor(who) for who in EVERYBODY}
    tokens = {who: token_of(visitor) for who, visitor in visitors.items()}
    leaks, walked = [], 0
    for who, rule, method, let_in in walk(world):
        if let_in:
            continue
        path = address(world.app, rule, world.foreign)
        response = send(visitors[who], method, path, tokens[who])
        walked += 1
        if not refused(response):
            leaks.append(f"{who}: {method} {rule}: {response.status}")
    assert leaks == []
    assert walked > 2 * len(EVERYBODY)


def test_what_belongs_to_others_looks_like_what_never_was(world: World) -> None:
    differing = []
    for who, rule, method, let_in in walk(world):
        if not rule.arguments or not let_in:
            continue
        answers = [
            send(world.visitor(who), method, address(world.app, rule, values))
            for values in (world.foreign, foreign.ABSENT)
        ]
        theirs, absent = (without_traces(each) for each in answers)
        if theirs != absent or answers[0].status_code != 404:
            statuses = [each.status for each in answers]
            differing.append(f"{who}: {method} {rule}: {statuses}")
    assert differing == []


def without_traces(response: TestResponse) -> str:
    """A page without what differs between any two answers: tokens, its own path."""
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", response.text)
    page = re.sub(r'name="next" value="[^"]*"', "", page)
    return f"{response.status}\n{page}"


def test_who_is_let_in_gets_an_answer_and_never_a_crash(world: World) -> None:
    bad = []
    for who, rule, method, let_in in walk(world):
        if rule.arguments or not let_in:
            continue
        response = send(world.visitor(who), method, str(rule))
        unwell = rule.endpoint == "hooks.healthz"  # no engine runs here
        fine = response.status_code < 500 or unwell
        if not fine or response.status_code in {401, 403, 404}:
            bad.append(f"{who}: {method} {rule}: {response.status}")
    assert bad == []


def test_a_monitor_changes_nothing_of_the_study(world: World) -> None:
    app = world.app
    for rule, method, blueprint in routes(app):
        if blueprint.guard == "staff" and method not in SAFE:
            path = address(app, rule, world.foreign)
            if permission(app, rule, method) == "enter":
                continue  # their own account
            response = send(world.visitor("monitor"), method, path)
            assert response.status_code == 403, rule


def test_the_pages_without_sign_in_are_these(app: Flask) -> None:
    by_guard: dict[str, set[str]] = {}
    for rule, _, blueprint in routes(app):
        by_guard.setdefault(blueprint.guard, set()).add(rule.endpoint)
    assert by_guard["open"] == OPEN
    assert by_guard["machine"] == MACHINE
    assert by_guard["signed"] == SIGNED


def test_machines_may_only_ask(app: Flask) -> None:
    for rule, method, blueprint in routes(app):
        assert blueprint.guard != "machine" or method in SAFE, rule


def test_a_blueprint_without_a_guard_stops_the_start(app: Flask) -> None:
    from flask import Blueprint

    with pytest.raises(UnguardedBlueprint):
        register(app, Blueprint("stray", __name__))


def test_a_view_without_a_blueprint_is_refused(new_app: Flask) -> None:
    new_app.add_url_rule("/stray", "stray", lambda: "hello")
    response = arrivals.visitor(new_app).get("/stray")
    assert response.status_code == 403
    assert "hello" not in response.text


def test_every_blueprint_of_the_table_is_registered(app: Flask) -> None:
    from importlib import import_module

    named = {getattr(import_module(module), name) for module, name in BLUEPRINTS}
    assert set(app.blueprints.values()) == named


def test_each_permission_is_given_to_the_roles_written_here() -> None:
    from portal.web.frame.access import PERMISSIONS

    given = {
        permission: {role for role, may in PERMISSIONS.items() if permission in may}
        for permission in ROLES
    }
    assert given == ROLES
    assert set(PERMISSIONS) == set(STAFF)
