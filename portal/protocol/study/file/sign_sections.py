"""The signs of a study file, each from its table to its frozen class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.languages import LANGUAGES
from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.signs import Sign
from portal.protocol.study.tiers import Tier
from portal.protocol.study.traditional import forms_of

_TIERS = tuple(tier.value for tier in Tier if tier is not Tier.ROUTINE)


def read_signs(tables: Iterable[Table]) -> dict[str, Any]:
    """The signs, with the traditional forms of their characters."""
    signs = tuple(map(_sign, tables))
    said = (one for sign in signs for many in sign.sought for one in many)
    return {"signs": signs, "forms": forms_of(said)}


def _sign(table: Table) -> Sign:
    """One ``[[sign]]``: its phrases, and its examples.

    A note may hold any language, so phrases need not be of the study's languages only.
    """
    hidden = table.maybe_table("except")
    spoken = [one for one in LANGUAGES if one in table.languages or table.has(one)]
    sign = Sign(
        id=table.text("id"),
        title=table.wording("title"),
        tier=Tier(table.one_of("tier", _TIERS)),
        phrases={name: table.names(name) for name in spoken},
        except_in={
            name: hidden.names(name, empty=True) if hidden else () for name in LANGUAGES
        },
        fires=table.names("fires"),
        silent=table.names("silent"),
    )
    if hidden:
        hidden.end()
    table.end()
    return sign
