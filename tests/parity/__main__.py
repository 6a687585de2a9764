"""``python -m tests.parity``: compares both judges on generated and known entries.

Exit status: 0 no difference, 1 some, the first of them printed in full.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from itertools import chain
from typing import Any

try:
    import playwright  # noqa: F401
except ModuleNotFoundError:
    sys.exit("This needs the tests' own packages: ./test tests/protocol installs them.")

from portal.protocol.study.model import Study
from portal.study_files import load_study
from tests.parity.compare import compare
from tests.parity.edges import edges
from tests.parity.generate import Generator
from tests.parity.known import examples, judged_in_tests, typed_in_tests
from tests.parity.sides import Phone, chromium


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--study", default="dcar-sle")
    asked = parser.parse_args()
    study = load_study(asked.study)
    generated = Generator(study, asked.seed).entries(asked.entries)
    with chromium() as browser:
        phone = Phone(browser, study)
        known = _told("written down", study, phone, _known(study))
        made = _told(f"seed {asked.seed}", study, phone, generated)
    return 1 if known or made else 0


def _known(study: Study) -> Iterable[dict[str, Any]]:
    return chain(examples(study), edges(), typed_in_tests(study), judged_in_tests())


def _told(
    name: str, study: Study, phone: Phone, entries: Iterable[dict[str, Any]]
) -> int:
    began = time.perf_counter()
    result = compare(study, phone, entries)
    print(*result.shown, sep="\n", end="\n" if result.shown else "")
    print(f"{name}: {result.line()}, {time.perf_counter() - began:.0f} s", flush=True)
    return result.differing


if __name__ == "__main__":
    sys.exit(main())
