"""The tutorial of docs/study-files.md, done line by line: the file it builds passes check."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from portal.cli import cli
from portal.course.course import faults_in_use
from portal.protocol.checks.study import faults_of_text
from portal.study_files import load_study, write_new
from tests.support.source import ROOT

BEGINS, ENDS = "## Build a study in an hour", "## Amending a study"
STEP = re.compile(r"<!-- (?P<where>.*?) -->\n```toml\n(?P<toml>.*?)```", re.DOTALL)
HEAD = re.compile(r"^\[{1,2}[\w.-]+\]{1,2}", re.MULTILINE)


def tutorial() -> str:
    text = (ROOT / "docs/study-files.md").read_text("utf-8")
    return text[text.index(BEGINS) : text.index(ENDS)]


def steps() -> list[tuple[str, str]]:
    return [(one["where"], one["toml"]) for one in STEP.finditer(tutorial())]


def block(text: str, head: str, name: str = "") -> tuple[int, int]:
    """Where a table begins and ends in the file, with the tables that belong to it."""
    found = [one.start() for one in HEAD.finditer(text)] + [len(text)]
    for place, begin in enumerate(found[:-1]):
        table = text[begin : found[place + 1]]
        named = re.search(rf'^(?:id|code|title) = "{re.escape(name)}"', table, re.M)
        if table.startswith(head) and (named or not name):
            own = head.strip("[]") + "."
            last = place + 1
            while text[found[last] :].lstrip("[").startswith(own):
                last += 1
            end = text.rfind("\n\n", begin, found[last] + 1)
            return begin, end if end > 0 else found[last]
    raise AssertionError(f"{head} {name} is not in the file")


def changed(text: str, begin: int, end: int, lines: str) -> str:
    """The file with these keys of a table changed; each must be there already."""
    table = text[begin:end]
    for line in lines.strip().splitlines():
        key = line.partition(" = ")[0]
        table, times = re.subn(rf"(?m)^{key} = .*$", lambda _: line, table, count=1)  # noqa: B023
        assert times == 1, f"{key} is not there to be changed"
    return text[:begin] + table + text[end:]


def done(text: str, where: str, toml: str) -> str:
    """The file after one step, done as the tutorial says."""
    if where == "at the top":
        return changed(text, 0, text.index("\n[site]"), toml)
    if where == "in the first case of R05":
        begin, end = block(text, "[[rule]]", "R05")
        rule = text[begin:end].replace(
            'tier = "urgent"\n', f'tier = "urgent"\n{toml}', 1
        )
        return text[:begin] + rule + text[end:]
    how, head, *name = where.split(" ", 2)
    begin, end = block(text, head, *name)
    if how == "in":
        return changed(text, begin, end, toml)
    assert how == "below"
    return f"{text[:end].rstrip()}\n\n{toml.rstrip()}\n{text[end:]}"


def built(tmp_path: Path, until: int | None = None) -> str:
    text = write_new(str(tmp_path / "my-study"), ["en"]).read_text("utf-8")
    for where, toml in steps()[:until]:
        text = done(text, where, toml)
    return text


def test_every_snippet_of_the_tutorial_is_a_step_that_the_test_can_do():
    text = tutorial()
    assert len(steps()) == text.count("```toml")
    assert len(steps()) >= 10
    for _, toml in steps():
        tomllib.loads(toml)


UNREAD = (
    'item.temp: a temperature that cannot be read or be true ("3 8 9", "380", "51") '
    "stays calm in the phase first: nobody would hear of it. Write a rule with the case "
    'when = { fact = "temp_state", is = "unreadable" } and tier = "same_day" or worse, and '
    "an example of it. If it is meant to stay calm, write calm_if_unreadable = true here."
)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0, ()),
        (3, ()),  # the visits are planned
        (5, ("item.temp: no phase's form asks it.",)),
        (6, (UNREAD,)),  # the temperature is asked
        (
            7,
            (
                "rule.R05: no example reaches this rule.",
                "rule.R06: no example reaches this rule.",
            ),
        ),
        (8, ()),
        (
            9,
            (
                'missing.later: the weekly diary of "later" may not come, and nothing '
                "says what happens then: write [missing.later] and [missing.later.task].",
            ),
        ),
        (10, ()),
        (12, ()),
    ],
)
def test_check_says_after_each_step_what_the_tutorial_says(tmp_path, step, said):
    found = [
        f"{one.key}: {one.sentence}" for one in faults_of_text(built(tmp_path, step))
    ]
    assert tuple(found) == said
    for sentence in said[:1]:
        key = sentence.partition(":")[0]
        assert key.partition(".")[2] in tutorial()


def test_the_fault_that_the_tutorial_shows_is_the_one_that_check_prints():
    assert "my-study.toml: rule.R05: no example reaches this rule." in tutorial()


@pytest.mark.thorough
def test_the_study_that_it_builds_goes_through_its_whole_course(tmp_path):
    path = tmp_path / "built.toml"
    path.write_text(built(tmp_path), "utf-8")
    study = load_study(str(path))
    assert [phase.diary for phase in study.phases] == ["daily", "weekly"]
    assert faults_in_use(study) == ()


def test_the_commands_of_the_tutorial_are_there():
    typed = re.findall(r"^\./run (.*)$", tutorial(), re.MULTILINE)
    assert len(typed) >= 6
    for line in typed:
        words = line.split()
        if words[0] == "portal":
            study = cli.get_command(None, words[1])
            assert study.get_command(None, words[2]) is not None, line
        else:
            options = {
                name
                for one in cli.get_command(None, "demo").params
                for name in one.opts
            }
            assert {word for word in words if word.startswith("--")} <= options, line
