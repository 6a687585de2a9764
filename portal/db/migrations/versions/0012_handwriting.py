"""Sentences written with a finger, stored with the entry."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "handwriting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_handwriting_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_handwriting_participant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handwriting")),
        sa.UniqueConstraint(
            "entry_id",
            "content_hash",
            name=op.f("uq_handwriting_entry_id_content_hash"),
        ),
    )
    op.create_index(
        op.f("ix_handwriting_participant_id"), "handwriting", ["participant_id"]
    )
    for statement in append_only_statements(
        op.get_bind().dialect.name, ["handwriting"]
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("handwriting")
