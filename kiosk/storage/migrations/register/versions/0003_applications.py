"""Applications, their papers, payments and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("receiving", sa.String(10), nullable=False),
        sa.Column("purpose", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger()),
        sa.Column("promised_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("correction_at", sa.BigInteger()),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("fingerprints_on_file", sa.Boolean(), nullable=False),
        sa.Column("identity_seen", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("helper", sa.BigInteger()),
        sa.Column("checked_by", sa.BigInteger()),
        sa.Column("approved_by", sa.BigInteger()),
        sa.Column("certificate", sa.BigInteger()),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("printed_by", sa.BigInteger()),
        sa.Column("sealed_by", sa.BigInteger()),
        sa.Column("witnessed_by", sa.BigInteger()),
        sa.Column("bag", sa.BigInteger()),
        sa.Column("examination", sa.LargeBinary()),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("birth_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("nik_hash", sa.LargeBinary(32)),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.UniqueConstraint("code_hash", name="uq_applications_code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_applications_due", "applications", ["stage", "due_at"])
    op.create_index("ix_applications_nik", "applications", ["nik_hash"])
    op.create_index("ix_applications_queue", "applications", ["office", "stage", "due_at", "id"])
    op.create_index(
        "ix_applications_wishes",
        "applications",
        ["office", "correction_at"],
        sqlite_where=sa.text("correction_at IS NOT NULL"),
        postgresql_where=sa.text("correction_at IS NOT NULL"),
    )
    op.create_table(
        "application_cells",
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("application", "kind", name="pk_application_cells"),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_application_cells_application"
        ),
    )
    op.create_table(
        "papers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("media", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name="fk_papers_application"),
        sa.UniqueConstraint("name", name="uq_papers_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_papers_application", "papers", ["application"])
    op.create_index(
        "ix_papers_removed",
        "papers",
        ["removed_at"],
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "payments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(30), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger()),
        sa.Column("way", sa.String(10)),
        sa.Column("receipt", sa.String(40)),
        sa.Column("taken_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.CheckConstraint("(paid_at IS NULL) = (way IS NULL)", name="way"),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_payments_application"
        ),
        sa.UniqueConstraint("application", "attempt", name="uq_payments_application_attempt"),
        sa.UniqueConstraint("reference", name="uq_payments_reference"),
    )
    op.create_index("ix_payments_paid", "payments", ["office", "paid_at"])
    op.create_table(
        "bank_lines",
        sa.Column("id", _ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("payment", sa.BigInteger()),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_lines"),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_bank_lines_payment"),
        sa.UniqueConstraint("digest", name="uq_bank_lines_digest"),
    )
    op.create_index("ix_bank_lines_outcome", "bank_lines", ["outcome", "read_at"])
    op.create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("template", sa.String(30), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("given_up_at", sa.BigInteger()),
        sa.Column("trouble", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name="fk_outbox_application"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_application", "outbox", ["application"])
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_at"],
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("day", "office", name="pk_holidays"),
    )
    op.create_table(
        "blanko_ranges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blanko_ranges"),
        sa.UniqueConstraint("prefix", "width", "first", name="uq_blanko_ranges_prefix_width_first"),
    )
    op.create_index("ix_blanko_ranges_office", "blanko_ranges", ["office"])
    op.create_table(
        "blanko_sheets",
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("application", sa.BigInteger()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("void_at", sa.BigInteger()),
        sa.Column("reason", sa.String(20)),
        sa.PrimaryKeyConstraint("serial", name="pk_blanko_sheets"),
        sa.CheckConstraint("(void_at IS NULL) = (state = 'used')", name="void_at"),
    )
    op.create_index("ix_blanko_sheets_office", "blanko_sheets", ["office", "at"])
    op.create_table(
        "print_jobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("queued", sa.BigInteger()),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_print_jobs"),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_print_jobs_application"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_print_jobs_application", "print_jobs", ["application"])
    op.create_index(
        "ix_print_jobs_open",
        "print_jobs",
        ["id"],
        sqlite_where=sa.text("stage IN ('wanted', 'sending', 'sent', 'unknown')"),
        postgresql_where=sa.text("stage IN ('wanted', 'sending', 'sent', 'unknown')"),
    )
    op.create_table(
        "sealings",
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("bag", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("application", name="pk_sealings"),
        sa.UniqueConstraint("bag", name="uq_sealings_bag"),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_sealings_application"
        ),
    )
    op.create_table(
        "day_counts",
        sa.Column("office", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.Column("sheets", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("office", "day", name="pk_day_counts"),
    )


def downgrade() -> None:
    for table in (
        "day_counts",
        "sealings",
        "print_jobs",
        "blanko_sheets",
        "blanko_ranges",
        "holidays",
        "outbox",
        "bank_lines",
        "payments",
        "papers",
        "application_cells",
        "applications",
    ):
        op.drop_table(table)
