"""Texts of a person join the one task for reading all that they wrote."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("UPDATE task SET kind = 'words_to_read' WHERE kind = 'text_to_read'")


def downgrade() -> None:
    op.execute("UPDATE task SET kind = 'text_to_read' WHERE kind = 'words_to_read'")
