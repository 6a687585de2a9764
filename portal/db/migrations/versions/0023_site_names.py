"""A site's name by language: one column for however many there are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
BEFORE = {"zh": "name_zh", "en": "name_en"}
"""The languages that had a column each."""


def upgrade() -> None:
    named = sa.Column("name", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("site", named)
    site = _table()
    for row in op.get_bind().execute(sa.select(site)).mappings().all():
        name = {key: row[column] for key, column in BEFORE.items()}
        _keep(site, row["id"], {"name": name})
    for column in BEFORE.values():
        op.drop_column("site", column)


def downgrade() -> None:
    for column in BEFORE.values():
        text = sa.Column(column, sa.String(), nullable=False, server_default="")
        op.add_column("site", text)
    site = _table()
    for row in op.get_bind().execute(sa.select(site)).mappings().all():
        first = next(iter(row["name"].values()), "")
        names = {c: row["name"].get(key, first) for key, c in BEFORE.items()}
        _keep(site, row["id"], names)
    op.drop_column("site", "name")


def _table() -> sa.TableClause:
    columns = (sa.column(one, sa.String()) for one in BEFORE.values())
    return sa.table(
        "site", sa.column("id", sa.Integer()), sa.column("name", sa.JSON()), *columns
    )


def _keep(site: sa.TableClause, row_id: int, values: dict[str, Any]) -> None:
    op.execute(sa.update(site).where(site.c.id == row_id).values(**values))
