"""The order of an entry's versions, also of versions with the same time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    position = sa.Column("position", sa.Integer(), nullable=False, server_default="0")
    op.add_column("entry_version", position)


def downgrade() -> None:
    op.drop_column("entry_version", "position")
