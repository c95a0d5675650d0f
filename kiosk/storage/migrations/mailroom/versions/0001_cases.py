"""Cases, their messages and files, openings of identities, and what was done."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "passed_shares",
    "reasons",
    "openings",
    "chunks",
    "files",
    "notes",
    "messages",
    "identities",
    "wraps",
    "deeds",
    "cases",
    "constants",
)


def upgrade() -> None:
    constants = op.create_table(
        "constants",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("receipt_salt", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_constants"),
    )
    # For good: another salt would open no receipt code that was given out.
    op.bulk_insert(constants, [{"id": 1, "receipt_salt": secrets.token_bytes(16)}])
    _cases()
    _contents()
    _openings()
    _deeds()


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(6), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("box", sa.SmallInteger(), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("submission", sa.LargeBinary(32), nullable=False),
        sa.Column("proof", sa.LargeBinary(32)),
        sa.Column("own_proof", sa.LargeBinary(32)),
        sa.Column("identity_digest", sa.LargeBinary(32), nullable=False),
        sa.CheckConstraint("urgency BETWEEN 1 AND 3", name=op.f("ck_cases_urgency")),
        sa.CheckConstraint("(proof IS NULL) = (state = 'shredded')", name=op.f("ck_cases_proof")),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("proof", name="uq_cases_proof"),
    )
    op.create_index("ix_cases_inbox", "cases", ["unit", "box", "urgency", "received_on", "number"])
    op.create_index("ix_cases_over", "cases", ["box", "since"])
    op.create_table(
        "wraps",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("purpose", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reader", sa.LargeBinary(16), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_wraps_case"),
        sa.PrimaryKeyConstraint("case", "purpose", "epoch", "reader", name="pk_wraps"),
    )
    op.create_table(
        "identities",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_identities_case"),
        sa.PrimaryKeyConstraint("case", name="pk_identities"),
    )


def _contents() -> None:
    op.create_table(
        "messages",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("direction", sa.SmallInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_messages_case"),
        sa.PrimaryKeyConstraint("case", "number", name="pk_messages"),
        sa.UniqueConstraint(
            "case", "direction", "sequence", name="uq_messages_case_direction_sequence"
        ),
    )
    op.create_table(
        "notes",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_notes_case"),
        sa.PrimaryKeyConstraint("case", "number", name="pk_notes"),
    )
    op.create_table(
        "files",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("file", sa.LargeBinary(16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.LargeBinary(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32)),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_files_case"),
        sa.PrimaryKeyConstraint("case", "number", name="pk_files"),
        sa.UniqueConstraint("case", "file", name="uq_files_case_file"),
    )
    op.create_table(
        "chunks",
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_chunks_case"),
        sa.PrimaryKeyConstraint("case", "number", "chunk", name="pk_chunks"),
    )


def _openings() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("case", sa.LargeBinary(16), nullable=False),
        sa.Column("asker", sa.LargeBinary(16), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("objected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_openings_case"),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
    )
    op.create_index("ix_openings_case", "openings", ["case"])
    op.create_index("ix_openings_asker", "openings", ["asker"])
    op.create_table(
        "reasons",
        sa.Column("opening", sa.LargeBinary(16), nullable=False),
        sa.Column("custodian", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["opening"], ["openings.id"], name="fk_reasons_opening"),
        sa.PrimaryKeyConstraint("opening", "custodian", name="pk_reasons"),
    )
    op.create_index("ix_reasons_custodian", "reasons", ["custodian"])
    op.create_table(
        "passed_shares",
        sa.Column("opening", sa.LargeBinary(16), nullable=False),
        sa.Column("custodian", sa.LargeBinary(16), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["opening"], ["openings.id"], name="fk_passed_shares_opening"),
        sa.PrimaryKeyConstraint("opening", "custodian", name="pk_passed_shares"),
    )


def _deeds() -> None:
    op.create_table(
        "deeds",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_deeds"),
    )
    op.create_index("ix_deeds_subject", "deeds", ["subject", "number"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER deeds_no_{deed.lower()} BEFORE {deed} ON deeds"
                " BEGIN SELECT RAISE(ABORT, 'the log is only ever added to'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION deeds_are_kept() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the log is only ever added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER deeds_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON deeds"
            " FOR EACH STATEMENT EXECUTE FUNCTION deeds_are_kept()"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION deeds_are_kept()")
