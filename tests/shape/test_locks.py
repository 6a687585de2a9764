"""The lock files hold what pyproject asks for: pinned, hashed, and in step."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.source import ROOT

PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;]+)(?P<rest>(?:.*\\\n)*.*)",
    re.MULTILINE,
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNNING = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEVELOPING = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


def pins(lock: Path) -> dict[str, str]:
    """Each pinned package and its version."""
    return {
        canonicalize_name(match["name"]): match["version"]
        for match in PIN.finditer(lock.read_text())
    }


RUNNING_PINS = pins(ROOT / "requirements.lock")
DEVELOPING_PINS = pins(ROOT / "requirements-dev.lock")


def missing(wanted: list[Requirement], found: dict[str, str]) -> list[str]:
    """Requirements that no pin meets."""
    return [
        str(requirement)
        for requirement in wanted
        if (version := found.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version)
    ]


def test_what_runs_is_locked() -> None:
    assert missing(RUNNING, RUNNING_PINS) == []


def test_what_tests_need_is_locked() -> None:
    assert missing([*RUNNING, *DEVELOPING], DEVELOPING_PINS) == []


def test_the_tests_run_on_what_is_shipped() -> None:
    assert RUNNING_PINS.items() <= DEVELOPING_PINS.items()


def test_the_shipped_lock_holds_no_tool_of_ours() -> None:
    ours = {canonicalize_name(requirement.name) for requirement in DEVELOPING}
    assert ours & RUNNING_PINS.keys() == set()


def test_every_pin_has_a_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        bare = [
            pin["name"] for pin in PIN.finditer(text) if "--hash=" not in pin["rest"]
        ]
        assert bare == []


def asked_by_extra(lines: list[str]) -> list[str]:
    """What a package asks of another by an extra, which a bare pin leaves open.

    An installer then looks for the newest release, and refuses it for want of a hash:
    a lock that worked on Monday fails on Wednesday.
    """
    wanted = [Requirement(line) for line in lines]
    return [
        str(one)
        for one in wanted
        if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""}))
    ]


def needs(package: str) -> list[str]:
    """What an installed package asks for; nothing where it is for another system."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def test_no_package_asks_another_by_an_extra_that_the_lock_cannot_pin() -> None:
    found = {name: asked_by_extra(needs(name)) for name in DEVELOPING_PINS}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_an_extra_that_is_asked_for_is_seen() -> None:
    lines = ["coverage[toml]>=7.10", "rich[jupyter]; extra == 'all'", "click"]
    assert asked_by_extra(lines) == ["coverage[toml]>=7.10"]


def test_a_pin_that_is_absent_or_too_old_is_seen() -> None:
    wanted = [Requirement("flask>=3.1"), Requirement("twilio>=9.3")]
    assert missing(wanted, {"flask": "2.0"}) == ["flask>=3.1", "twilio>=9.3"]
