"""Who was moved from one version of a study to another, by whom, and why."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0019"
down_revision = "0018"
OTHERS = {
    "participant_id": "participant",
    "from_version_id": "study_version",
    "to_version_id": "study_version",
    "staff_id": "staff",
}


def upgrade() -> None:
    op.create_table(
        "study_adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OTHERS),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_study_adoption_{name}")
            )
            for name, table in OTHERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_adoption")),
    )
    op.create_index(
        op.f("ix_study_adoption_participant_id"), "study_adoption", ["participant_id"]
    )
    for statement in append_only_statements(
        op.get_bind().dialect.name, ["study_adoption"]
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("study_adoption")
