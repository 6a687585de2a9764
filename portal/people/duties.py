"""The duties of a portal: those of every study in use, by their ids.

One portal can hold several studies. The same id in two of them is one duty: one rota,
and whoever is on call as it is paged for both. Staff read the title of the version that
was stored last. A duty that only one study names is on the rota of every site, because a
site may take part in any study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portal.protocol.study.duties import Duty
from portal.protocol.study.model import Study


def known(studies: Sequence[Study]) -> Mapping[str, Duty]:
    """Each duty by its id; ``studies`` are those in use, the newest last.

    Those of the newest study come first.
    """
    found: dict[str, Duty] = {}
    for study in reversed(studies):
        for duty in study.duties:
            found.setdefault(duty.id, duty)
    return found


def paged(studies: Iterable[Study]) -> Sequence[str]:
    """The duties on the ladders: an hour without one of them is a gap in the rota."""
    return tuple(dict.fromkeys(name for study in studies for name in study.paged))
