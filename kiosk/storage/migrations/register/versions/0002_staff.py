"""Offices, staff, their ways to sign in, and the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "offices",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("above", sa.BigInteger()),
        sa.Column("unit", sa.BigInteger()),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices"),
        sa.UniqueConstraint("unit", name="uq_offices_unit"),
        sa.ForeignKeyConstraint(["above"], ["offices.id"], name="fk_offices_above"),
    )
    op.create_table(
        "staff",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name="fk_staff_office"),
    )
    op.create_table(
        "grants",
        sa.Column("staff", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("staff", "role", "office", name="pk_grants"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_grants_staff"),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name="fk_grants_office"),
    )
    _ways_in()
    op.create_table(
        "journal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.BigInteger()),
        sa.Column("office", sa.BigInteger()),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal"),
    )
    op.create_index("ix_journal_subject", "journal", ["subject", "number"])
    op.create_index("ix_journal_staff", "journal", ["staff", "number"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_no_{deed.lower()} BEFORE {deed} ON journal"
                " BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION journal_is_kept() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the journal is only ever added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON journal"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_kept()"
        )


def _ways_in() -> None:
    op.create_table(
        "accounts",
        sa.Column("staff", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("handle", sa.LargeBinary(32), nullable=False),
        sa.Column("password", sa.LargeBinary()),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("enrolment", sa.LargeBinary(32)),
        sa.Column("enrolment_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("staff", name="pk_accounts"),
        sa.UniqueConstraint("handle", name="uq_accounts_handle"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_accounts_staff"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary(1023), nullable=False),
        sa.Column("staff", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_passkeys_staff"),
    )
    op.create_index("ix_passkeys_staff", "passkeys", ["staff"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("staff", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_sessions_staff"),
    )
    op.create_index("ix_sessions_staff", "sessions", ["staff"])
    op.create_table(
        "tries",
        sa.Column("login_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", name="pk_tries"),
    )
    op.create_index("ix_tries_last_at", "tries", ["last_at"])


def downgrade() -> None:
    for table in (
        "journal", "tries", "sessions", "passkeys", "accounts", "grants", "staff", "offices"
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION journal_is_kept()")
