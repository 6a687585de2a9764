"""Which enrolment replaced another on a phone, so that an open page may report."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("device", sa.Column("handed_to_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_device_handed_to_id"), "device", ["handed_to_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_device_handed_to_id"), table_name="device")
    op.drop_column("device", "handed_to_id")
