"""A log is one line a record, and holds nothing that points at a person."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.logs import JsonFormatter
from portal.runtime import Runtime


def written(message: str, *values: object, error: bool = False) -> dict[str, Any]:
    record = logging.LogRecord(
        "portal.test",
        logging.WARNING,
        "file.py",
        1,
        message,
        values,
        sys.exc_info() if error else None,
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert line.isascii()
    row: dict[str, Any] = json.loads(line)
    return row


def test_a_line_break_in_a_value_makes_no_second_line() -> None:
    row = written("code %s", "7\r\n2026 level=info forged\x1b[2J")
    assert row["says"] == "code 7\r\n2026 level=info forged\x1b[2J"
    assert row["level"] == "warning"


@pytest.mark.parametrize("number", ["+8613800138000", "13800138000"])
def test_a_number_is_masked_wherever_it_stands(number: str) -> None:
    said = written("no answer from %s.", number)["says"]
    assert number not in said
    assert said.endswith("…00.")


def test_an_id_stays_readable() -> None:
    assert written("message %s", 1234567)["says"] == "message 1234567"


def test_an_exception_names_its_kind_and_place_and_not_its_text() -> None:
    try:
        raise ValueError("she feels confused")
    except ValueError:
        row = written("escalate failed", error=True)
    assert row["error"] == "ValueError"
    assert row["where"][-1].startswith("test_logs.py:")
    assert "confused" not in json.dumps(row)


def test_a_database_error_quotes_no_row(runtime: Runtime) -> None:
    insert = text("INSERT INTO site (id, code) VALUES (1, :secret)")
    try:
        with runtime.writing() as session:
            session.execute(insert, {"secret": "confused"})
    except SQLAlchemyError:
        row = written("failed", error=True)
    assert "confused" not in json.dumps(row)
    assert "null" in row["error"].lower(), "the driver's own first line stays"
