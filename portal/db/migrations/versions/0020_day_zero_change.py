"""Who had the day of infusion corrected or postponed, by whom, and why."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0020"
down_revision = "0019"
OTHERS = {"participant_id": "participant", "staff_id": "staff"}


def upgrade() -> None:
    op.create_table(
        "day_zero_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OTHERS),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("after", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_day_zero_change_{name}")
            )
            for name, table in OTHERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_zero_change")),
    )
    op.create_index(
        op.f("ix_day_zero_change_participant_id"), "day_zero_change", ["participant_id"]
    )
    for statement in append_only_statements(
        op.get_bind().dialect.name, ["day_zero_change"]
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("day_zero_change")
