"""On which day an event of the study happened to a person: said by whom, and why."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0021"
down_revision = "0020"
OTHERS = {"participant_id": "participant", "staff_id": "staff"}


def upgrade() -> None:
    op.create_table(
        "event_day",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OTHERS),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_event_day_{name}")
            )
            for name, table in OTHERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_day")),
    )
    op.create_index(
        op.f("ix_event_day_participant_id"), "event_day", ["participant_id"]
    )
    for statement in append_only_statements(op.get_bind().dialect.name, ["event_day"]):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("event_day")
