"""Each log record is one line of JSON: control characters escaped, numbers masked.

A log holds ids. Of an exception it holds the type and the places in the code, not the
text, because the text may quote what somebody typed.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from portal.phone_numbers import masked

NUMBER = re.compile(r"\+\d{7,15}|(?<!\d)1[3-9]\d{9}(?!\d)")
DEEPEST = 12  # frames of a traceback


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object on one line of ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        row: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat("T", "auto"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": _mask(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            row["error"] = _mask(_what(record.exc_info[1]))
            row["where"] = _where(record.exc_info[1])
        return json.dumps(row, ensure_ascii=True)


def set_up(level: str) -> None:
    """Log everything from ``level`` up to standard error, one line a record."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _mask(text: str) -> str:
    return NUMBER.sub(lambda found: masked(found.group()), text)


def _what(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, DBAPIError):
        # A driver's first line names the fault; the lines after it quote the row.
        return f"{kind}: {str(error.orig).partition(chr(10))[0]}"
    return kind


def _where(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
