"""The worker is one plain script, and what fails in a phone's scripts comes to the log."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask

from portal.runtime import Runtime
from portal.web.offline.worker import one_script
from tests.support import arrivals
from tests.support.cast import cast, enrolled
from tests.support.web import Visitor

HEADERS = {"X-Portal": "1", "User-Agent": "Mozilla/5.0 Chrome/91.0.4472.114 Mobile"}
MODULES = {
    "js/a.js": 'import { b, c as d } from "./two/b.js";\n'
    'import * as all from "./two/b.js";\nb(d, all);\n',
    "js/two/b.js": "export const c = 1;\nexport async function b() {}\nexport class E {}\n",
}


@pytest.fixture
def phone(app: Flask, runtime: Runtime) -> Visitor:
    people = cast(runtime)
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    return arrivals.phone_visitor(app, runtime, participant_id)


def tell(phone: Visitor, name: object, place: object) -> int:
    said = {"name": name, "place": place}
    return phone.post("/offline/faults", json=said, headers=HEADERS).status_code


def test_the_worker_needs_no_modules_and_holds_all_it_uses(client: Visitor) -> None:
    code = client.get("/worker.js").text
    assert not re.search(r"^\s*(import|export)\b|\bimport\(", code, re.MULTILINE)
    order = re.findall(r'^kept\["js/(\w+/\w+)\.js"\] =', code, re.MULTILINE)
    assert order[-1] == "offline/worker"
    assert {"triage/triage", "offline/queue", "offline/store"} <= set(order)
    for part in code.split("\nkept[")[1:]:
        name, _, body = part.partition(" = ")
        for needed in re.findall(r"^const .* = kept\[(.*)\];$", body, re.MULTILINE):
            assert code.index(f"\nkept[{needed}] = ") < code.index(f"\nkept[{name} = ")
    assert "offline/advice" not in order, "the worker shows nothing"


def test_a_module_comes_before_whoever_imports_it() -> None:
    code = one_script(MODULES, "js/a.js")
    assert code.index('kept["js/two/b.js"] = ') < code.index('kept["js/a.js"] = ')
    assert 'const { b, c: d } = kept["js/two/b.js"];' in code
    assert 'const all = kept["js/two/b.js"];' in code
    assert "return { c, b, E };" in code


@pytest.mark.parametrize(
    "odd",
    [
        'import a from "./two/b.js";',
        'import "./two/b.js";',
        "export default 1;",
        "export let changing = 1;",
        'export * from "./two/b.js";',
        'import {\n  b\n} from "./two/b.js";',
    ],
)
def test_what_cannot_be_put_in_is_refused(odd: str) -> None:
    with pytest.raises(ValueError, match="cannot take in"):
        one_script({**MODULES, "js/a.js": odd}, "js/a.js")


def test_modules_that_need_each_other_are_refused() -> None:
    circle = {
        "js/a.js": 'import { b } from "./b.js";',
        "js/b.js": 'import { a } from "./a.js";',
    }
    with pytest.raises(ValueError, match="circle"):
        one_script(circle, "js/a.js")


@pytest.mark.smoke
def test_a_fault_of_a_phone_comes_to_the_log_by_kind_and_place(
    phone: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert tell(phone, "TypeError", "offline/queue.js:83") == 204
    (said,) = [
        one.getMessage() for one in caplog.records if "script" in one.getMessage()
    ]
    assert said == (
        "a phone's script failed: TypeError at offline/queue.js:83 in Chrome/91.0.4472.114"
    )


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("昨晚抽搐了", ""),
        ("TypeError", "昨晚.js:1"),
        ("", ""),
        ("TypeError", None),
        (["a"], ""),
    ],
)
def test_words_of_a_person_do_not_come_to_the_log(
    phone: Visitor, caplog: pytest.LogCaptureFixture, name: object, place: object
) -> None:
    assert tell(phone, name, place) == 400
    assert "script failed" not in caplog.text


def test_only_an_enrolled_phone_tells_of_faults(client: Visitor) -> None:
    assert tell(client, "TypeError", "") in {401, 403}
