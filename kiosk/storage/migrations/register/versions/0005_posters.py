"""Posters, what was found of them, and how many came by them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("footfall", "posters", "inspections")


def upgrade() -> None:
    op.create_table(
        "footfall",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("area", sa.String(30), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("week", "area", name="pk_footfall"),
    )
    op.create_table(
        "posters",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("area", sa.String(30), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("condition", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_posters"),
    )
    op.create_index("ix_posters_unit", "posters", ["unit", "stage"])
    op.create_table(
        "inspections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("poster", sa.String(20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("condition", sa.String(10), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("stage_before", sa.String(10), nullable=False),
        sa.Column("condition_before", sa.String(10), nullable=False),
        sa.Column("seen_before", sa.BigInteger()),
        sa.ForeignKeyConstraint(["poster"], ["posters.number"], name="fk_inspections_poster"),
        sa.PrimaryKeyConstraint("id", name="pk_inspections"),
    )
    op.create_index("ix_inspections_poster", "inspections", ["poster", "id"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
