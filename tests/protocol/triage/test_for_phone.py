"""What goes to a phone: enough to judge, small, always the same, and no person."""

from __future__ import annotations

import gzip
import json

from click.testing import CliRunner

from portal.cli import cli
from portal.protocol.triage.for_phone import for_phone, phone_json
from portal.study_files import load_study

STUDY = load_study("dcar-sle")
MOST_BYTES = 55_000  # more than half are the signs that are sought in notes
"""What a first answer of a server can hold on a slow network (ten packets)."""


def test_the_compiled_study_is_the_same_text_each_time() -> None:
    assert phone_json(STUDY) == phone_json(load_study("dcar-sle"))
    assert json.loads(phone_json(STUDY)) == for_phone(STUDY)


def test_the_compiled_study_has_every_rule_in_an_order_that_can_be_judged() -> None:
    compiled = for_phone(STUDY)
    order = compiled["order"]
    ids = [rule["id"] for rule in compiled["rules"]]
    assert ids == [rule.id for rule in STUDY.rules]
    assert sorted(order["early"] + order["late"]) == sorted(ids)
    assert order["late"] == ["T32"]
    assert order["early"].index("T05") < order["early"].index("T03")


def test_every_message_of_the_rules_goes_along_in_both_languages() -> None:
    compiled = for_phone(STUDY)
    told = {name for policy in compiled["policies"].values()
            for name in (policy["advice"], policy["ward_advice"]) if name}  # fmt: skip
    cases = [case for rule in compiled["rules"] for case in rule["cases"]]
    told |= {name for case in cases for name in case["advice"]}
    for name in told:
        assert compiled["messages"][name]["zh"] == STUDY.messages[name].text["zh"]
        assert compiled["messages"][name]["en"] == STUDY.messages[name].text["en"]


def test_no_one_to_be_paged_and_no_text_message_goes_to_a_phone() -> None:
    compiled = for_phone(STUDY)
    kept = {"ack_minutes", "advice", "ward_advice"}
    assert all(set(policy) == kept for policy in compiled["policies"].values())
    assert not {"texts", "reminders", "site", "paging", "missing"} & set(compiled)


def test_the_compiled_study_is_small_enough_for_a_slow_network() -> None:
    size = len(gzip.compress(phone_json(STUDY).encode("utf-8"), mtime=0))
    print(f"compiled dcar-sle: {size:,} bytes with gzip")
    assert 2_000 < size <= MOST_BYTES


def test_the_command_prints_the_compiled_study() -> None:
    told = CliRunner().invoke(cli, ["study", "compile", "dcar-sle"])
    assert told.exit_code == 0
    assert told.output == phone_json(STUDY) + "\n"
