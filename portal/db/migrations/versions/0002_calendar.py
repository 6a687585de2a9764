"""What the calendar needs: reminders, moved visits, inbound texts, corrections."""

import sqlalchemy as sa
from alembic import op

from portal.db.dialect import append_only_statements

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ["status_change", "visit_change"]


def upgrade() -> None:
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index(op.f("ix_opt_out_number"), "opt_out", ["number"], unique=False)
    op.create_table(
        "status_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_status_change_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_status_change_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
    )
    op.create_index(
        op.f("ix_status_change_participant_id"),
        "status_change",
        ["participant_id"],
        unique=False,
    )
    op.create_table(
        "visit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_visit_change_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_change_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_change")),
    )
    op.create_index(
        op.f("ix_visit_change_visit_id"), "visit_change", ["visit_id"], unique=False
    )
    op.create_table(
        "correction_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_version_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_correction_request_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_correction_request_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_version_id"],
            ["entry_version.id"],
            name=op.f("fk_correction_request_entry_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
    )
    op.create_index(
        op.f("ix_correction_request_entry_id"),
        "correction_request",
        ["entry_id"],
        unique=False,
    )
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("entry_version_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_version_id"],
            ["entry_version.id"],
            name=op.f("fk_inbound_entry_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_inbound_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_inbound_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint(
            "provider", "event_key", name=op.f("uq_inbound_provider_event_key")
        ),
    )
    op.create_index(op.f("ix_inbound_number"), "inbound", ["number"], unique=False)
    op.create_index(
        op.f("ix_inbound_participant_id"), "inbound", ["participant_id"], unique=False
    )
    op.add_column("participant", sa.Column("quiet_from", sa.String(), nullable=True))
    op.add_column("participant", sa.Column("quiet_to", sa.String(), nullable=True))
    op.add_column(
        "participant",
        sa.Column("reminded_until", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column(
        "participant", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_participant_remind_at",
        "participant",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.add_column("staff", sa.Column("totp_secret", sa.String(), nullable=True))
    op.add_column(
        "staff", sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("staff", sa.Column("totp_window", sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("happened_on", sa.Date(), nullable=True))
    op.add_column("visit", sa.Column("note", sa.String(), nullable=True))
    for statement in append_only_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("visit", "note")
    op.drop_column("visit", "happened_on")
    op.drop_column("staff", "totp_window")
    op.drop_column("staff", "totp_since")
    op.drop_column("staff", "totp_secret")
    op.drop_index(
        "ix_participant_remind_at",
        table_name="participant",
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_column("participant", "remind_at")
    op.drop_column("participant", "reminded_until")
    op.drop_column("participant", "quiet_to")
    op.drop_column("participant", "quiet_from")
    op.drop_index(op.f("ix_inbound_participant_id"), table_name="inbound")
    op.drop_index(op.f("ix_inbound_number"), table_name="inbound")
    op.drop_table("inbound")
    op.drop_index(
        op.f("ix_correction_request_entry_id"), table_name="correction_request"
    )
    op.drop_table("correction_request")
    op.drop_index(op.f("ix_visit_change_visit_id"), table_name="visit_change")
    op.drop_table("visit_change")
    op.drop_index(op.f("ix_status_change_participant_id"), table_name="status_change")
    op.drop_table("status_change")
    op.drop_index(op.f("ix_opt_out_number"), table_name="opt_out")
    op.drop_table("opt_out")
