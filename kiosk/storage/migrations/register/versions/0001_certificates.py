"""Certificates, their numbers, their places in status lists."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("unit", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "year", name="pk_counters"),
    )
    op.create_table(
        "status_lists",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("next_draw", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_status_lists"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("label", name="uq_batches_label"),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("batch_id", sa.BigInteger()),
        sa.Column("record_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger()),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("key_id", sa.LargeBinary(4), nullable=False),
        sa.Column("check_code", sa.String(16), nullable=False),
        sa.Column("nik_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("nik_bucket", sa.SmallInteger(), nullable=False),
        sa.Column("signed_digest", sa.LargeBinary(16)),
        sa.Column("suspended_at", sa.BigInteger()),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("withdrawn_reason", sa.String(200)),
        sa.Column("replaced_by", sa.BigInteger()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("number", name="uq_certificates_number"),
        sa.UniqueConstraint("unit", "year", "sequence", name="uq_certificates_unit_year_sequence"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_certificates_batch_id"),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["certificates.id"], name="fk_certificates_replaced_by"
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued', 'suspended', 'withdrawn', 'replaced')",
            name="state",
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (state IN ('reserved', 'issued', 'suspended'))",
            name="withdrawn_at",
        ),
        sa.CheckConstraint("(suspended_at IS NULL) = (state <> 'suspended')", name="suspended_at"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_certificates_nik", "certificates", ["nik_bucket", "id", "nik_hash"])
    in_batch = sa.text("batch_id IS NOT NULL")
    op.create_index(
        "uq_certificates_batch_record",
        "certificates",
        ["batch_id", "record_digest", "occurrence"],
        unique=True,
        sqlite_where=in_batch,
        postgresql_where=in_batch,
    )
    for ended in ("withdrawn", "suspended"):
        is_so = sa.text(f"{ended}_at IS NOT NULL")
        op.create_index(
            f"ix_certificates_{ended}",
            "certificates",
            ["status_list", "status_index"],
            sqlite_where=is_so,
            postgresql_where=is_so,
        )
    op.create_table(
        "publications",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_publications"),
    )


def downgrade() -> None:
    for table in ("publications", "certificates", "batches", "status_lists", "counters"):
        op.drop_table(table)
