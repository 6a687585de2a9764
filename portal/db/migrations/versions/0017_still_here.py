"""The last day for which a person was confirmed to be still in hospital."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("stay", sa.Column("here_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("stay", "here_on")
