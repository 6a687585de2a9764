"""Calls that the holder of an alert plans to make, with the reason."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "planned_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_planned_call_alert_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_planned_call_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_call")),
        sa.UniqueConstraint(
            "alert_id", "round", name=op.f("uq_planned_call_alert_id_round")
        ),
    )
    for statement in append_only_statements(
        op.get_bind().dialect.name, ["planned_call"]
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("planned_call")
