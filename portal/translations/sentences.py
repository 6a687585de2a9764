"""The sentences of the source that people read, which need a translation."""

from __future__ import annotations

import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

ROOT = Path(__file__).parents[2]
REFUSALS = (  # errors whose first argument a page shows
    "Doubtful",
    "InvalidInput",
    "EntryRefused",
    "CodeRefused",
    "TooManyTries",
    "NotAllowed",
    "AlreadyAcknowledged",
    "AlertClosed",
    "ChangedMeanwhile",
    "EntryConflict",
)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "worded": None,
    "worded_for": ((1, "c"), 2),
    **dict.fromkeys(REFUSALS, (1,)),
}
FOR_OPERATORS = (  # printed by commands, in English
    "cli/*.py",
    "cli/people/*.py",
    "cli/running/*.py",
    "protocol/triage/strict_json.py",
    "protocol/triage/json_lines.py",
    "operating/sites.py",
)


def source_texts(root: Path = ROOT) -> Catalog:
    """Every sentence of code and templates that a page may show, with its locations."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found = Catalog(fuzzy=False)
    for mapping in project["tool"]["babel"]["mappings"]:
        top, _, pattern = mapping["pattern"].partition("/")
        methods = [(each, "ignore") for each in FOR_OPERATORS]
        methods.append((pattern, mapping["method"]))
        texts = extract_from_dir(root / top, methods, keywords=KEYWORDS)
        for name, line, text, _, context in texts:
            found.add(text, locations=[(f"{top}/{name}", line)], context=context)
    return found
