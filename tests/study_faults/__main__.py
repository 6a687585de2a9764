"""``python -m tests.study_faults``: puts faults into a study file, and follows each.

So many mutants are drawn by seed. Each must have a fault named by ``study check``, or
work through a whole course of people. Ends with status 1 where one does neither. The
same seed on the same code draws the same mutants; ``--only N`` tries the Nth alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator

from portal.study_files import study_text
from tests.study_faults.mutations import Mutant, mutant
from tests.study_faults.trial import end_of
from tests.support.small_study import SMALL


def drawn(text: str, number: int, seed: int) -> Iterator[Mutant]:
    """The first ``number`` mutants of a study file by a seed."""
    file = tomllib.loads(text)
    for place in range(number):
        yield mutant(file, random.Random(f"{seed}:{place}"))


def main() -> int:
    chosen = _arguments()
    text = SMALL if chosen.study is None else study_text(chosen.study)
    fates: Counter[str] = Counter()
    ill: list[str] = []
    for place, one in enumerate(drawn(text, chosen.number, chosen.seed)):
        if chosen.only is not None and place != chosen.only:
            continue
        began = time.process_time()
        ending = end_of(one.text)
        fates[ending.fate] += 1
        line = f"{place}: {ending.fate}: {one.said}: {ending.said}"
        if not ending.fate.is_well:
            ill.append(line)
        if chosen.all or not ending.fate.is_well:
            print(f"{line} [{time.process_time() - began:.1f} s]", flush=True)
    print(", ".join(f"{number} {fate}" for fate, number in sorted(fates.items())))
    return 1 if ill else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--study", help="a study that ships; default: the small one")
    parser.add_argument("--only", type=int, help="try this one alone")
    parser.add_argument("--all", action="store_true", help="tell of each")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
