"""A sentence written with a finger on a screen that is not sent yet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("draft", sa.Column("strokes", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("draft", "strokes")
