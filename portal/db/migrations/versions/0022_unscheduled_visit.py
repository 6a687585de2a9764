"""What a visit that the study does not plan is for, and where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
NEW = ("title", "place")


def upgrade() -> None:
    for name in NEW:
        op.add_column("visit", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    for name in reversed(NEW):
        op.drop_column("visit", name)
