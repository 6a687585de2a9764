"""``python -m tests.parity``: compares the server with the phone, case by case.

Both judge generated and known entries; then say which screens are asked, read their
fields, tell what to do and whom to phone, and reckon day, phase and place.

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
from tests.parity.kinds import OTHERS, TRIAGE, Kind
from tests.parity.known import examples, judged_in_tests, typed_in_tests
from tests.parity.sides import Phone, chromium


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=20_000, help="of each other kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--study", default="dcar-sle")
    asked = parser.parse_args()
    study = load_study(asked.study)
    wanted = [(TRIAGE, asked.entries), *((kind, asked.cases) for kind in OTHERS)]
    with chromium() as browser:
        phone = Phone(browser, study)
        differing = _told("written down", study, phone, _known(study), TRIAGE)
        for kind, count in wanted:
            name, cases = f"{kind.name}, seed {asked.seed}", kind.cases
            generated = cases(study, asked.seed, count)
            differing += _told(name, study, phone, generated, kind)
    return 1 if differing else 0


def _known(study: Study) -> Iterable[dict[str, Any]]:
    return chain(examples(study), edges(), typed_in_tests(study), judged_in_tests())


def _told(
    name: str,
    study: Study,
    phone: Phone,
    cases: Iterable[dict[str, Any]],
    kind: Kind,
) -> int:
    began = time.perf_counter()
    result = compare(study, phone, cases, kind)
    print(*result.shown, sep="\n", end="\n" if result.shown else "")
    print(f"{name}: {result.line()}, {time.perf_counter() - began:.0f} s", flush=True)
    return result.differing


if __name__ == "__main__":
    sys.exit(main())
