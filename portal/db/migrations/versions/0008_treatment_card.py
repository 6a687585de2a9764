"""The heading of a site's treatment cards: the study code or the name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    shows = sa.Column("card_shows", sa.String(), nullable=False, server_default="code")
    op.add_column("site", shows)


def downgrade() -> None:
    op.drop_column("site", "card_shows")
