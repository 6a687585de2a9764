"""The small study with a duty that no other study here has: the pharmacist.

There is no nurse in it. The pharmacist is paged first and has the nurse's work.
"""

from __future__ import annotations

from tests.support.small_study import SMALL

PHARMACY = (
    SMALL.replace('id = "small-trial"', 'id = "pharmacy"')
    .replace('"nurse"', '"pharmacist"')
    .replace(
        '"值班护士", en = "the nurse on duty"', '"值班药师", en = "the pharmacist"'
    )
    .replace('"值班护士"', '"药师"')
)
