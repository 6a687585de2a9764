"""Ways in without a text: codes on paper, and a PIN on an enrolled phone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "paper_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("caregiver_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["caregiver_id"], ["caregiver.id"], name=op.f("fk_paper_code_caregiver_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_paper_code_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_paper_code_participant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_paper_code_code_hash")),
    )
    op.create_index(
        op.f("ix_paper_code_participant_id"),
        "paper_code",
        ["participant_id"],
        unique=False,
    )
    kind = sa.Column("kind", sa.String(), nullable=False, server_default="phone")
    op.add_column("device", kind)
    op.add_column("device", sa.Column("pin_hash", sa.String(), nullable=True))
    op.add_column(
        "device", sa.Column("pin_since", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("device", "pin_since")
    op.drop_column("device", "pin_hash")
    op.drop_column("device", "kind")
    op.drop_index(op.f("ix_paper_code_participant_id"), table_name="paper_code")
    op.drop_table("paper_code")
