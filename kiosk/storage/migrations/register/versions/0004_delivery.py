"""Bags, custody, couriers' devices, handovers, incidents, ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "badges",
    "devices",
    "improvements",
    "incidents",
    "ratings",
    "reviews",
    "shifts",
    "appointments",
    "bags",
    "events",
    "handovers",
    "moves",
)


def upgrade() -> None:
    op.create_table(
        "badges",
        sa.Column("staff", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("staff", name="pk_badges"),
        sa.UniqueConstraint("code", name="uq_badges_code"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("staff", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("wiped_at", sa.BigInteger()),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_index("ix_devices_staff", "devices", ["staff"])
    op.create_table(
        "improvements",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("what", sa.String(500), nullable=False),
        sa.Column("owner", sa.BigInteger()),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("effect", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_improvements"),
    )
    op.create_index("ix_improvements_office", "improvements", ["office", "done_at", "id"])
    op.create_table(
        "incidents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("application", sa.BigInteger()),
        sa.Column("bag", sa.BigInteger()),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("raised_by", sa.BigInteger()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("first_by", sa.BigInteger()),
        sa.Column("first_at", sa.BigInteger()),
        sa.Column("second_by", sa.BigInteger()),
        sa.Column("second_at", sa.BigInteger()),
        sa.Column("proposed_by", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closed_by", sa.BigInteger()),
        sa.Column("outcome", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_application", "incidents", ["application"])
    op.create_index("ix_incidents_office", "incidents", ["office", "closed_at", "id"])
    op.create_table(
        "ratings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.UniqueConstraint("ticket", name="uq_ratings_ticket"),
    )
    op.create_index("ix_ratings_office", "ratings", ["office", "day"])
    op.create_table(
        "reviews",
        sa.Column("id", _ID, nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("bag", sa.BigInteger()),
        sa.Column("event", sa.LargeBinary(16)),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closed_by", sa.BigInteger()),
        sa.Column("outcome", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_office", "reviews", ["office", "closed_at", "id"])
    op.create_table(
        "shifts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("courier", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("after_move", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("handed_over", sa.Integer(), nullable=False),
        sa.Column("brought_back", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
    )
    op.create_index("ix_shifts_office", "shifts", ["office", "began_at"])
    op.create_index(
        "uq_shifts_open",
        "shifts",
        ["courier"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "appointments",
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.String(5), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_appointments_application"
        ),
        sa.PrimaryKeyConstraint("application", name="pk_appointments"),
        sa.UniqueConstraint(
            "office", "day", "time", "place", name="uq_appointments_office_day_time_place"
        ),
    )
    op.create_table(
        "bags",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("offered_to", sa.BigInteger()),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("mismatches", sa.Integer(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("window", sa.String(10), nullable=False),
        sa.Column("last_in_vain", sa.String(20)),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name="fk_bags_application"),
        sa.PrimaryKeyConstraint("id", name="pk_bags"),
    )
    op.create_index("ix_bags_application", "bags", ["application"])
    op.create_index("ix_bags_holder", "bags", ["holder", "stage"])
    op.create_index("ix_bags_offered", "bags", ["offered_to"])
    op.create_index("ix_bags_office", "bags", ["office", "stage", "day", "id"])
    op.create_table(
        "events",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("device", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("bag", sa.BigInteger()),
        sa.Column("device_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("skew", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_events_device"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("device", "number", name="uq_events_device_number"),
    )
    op.create_index("ix_events_bag", "events", ["bag"])
    op.create_table(
        "handovers",
        sa.Column("receipt", sa.String(20), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("bag", sa.BigInteger()),
        sa.Column("office", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.String(10), nullable=False),
        sa.Column("proofs", sa.String(60), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("void_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name="fk_handovers_application"
        ),
        sa.PrimaryKeyConstraint("receipt", name="pk_handovers"),
    )
    op.create_index("ix_handovers_office", "handovers", ["office", "at"])
    op.create_index(
        "uq_handovers_application",
        "handovers",
        ["application"],
        unique=True,
        sqlite_where=sa.text("void_at IS NULL"),
        postgresql_where=sa.text("void_at IS NULL"),
    )
    op.create_table(
        "moves",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bag", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("stage_before", sa.String(20), nullable=False),
        sa.Column("stage_after", sa.String(20), nullable=False),
        sa.Column("holder_before", sa.BigInteger(), nullable=False),
        sa.Column("holder_after", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(40), nullable=False),
        sa.Column("event", sa.LargeBinary(16)),
        sa.Column("device_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["bag"], ["bags.id"], name="fk_moves_bag"),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
        sa.UniqueConstraint("event", name="uq_moves_event"),
    )
    op.create_index("ix_moves_bag", "moves", ["bag", "id"])
    op.create_index("ix_moves_holder_after", "moves", ["holder_after", "at"])
    op.create_index("ix_moves_holder_before", "moves", ["holder_before", "at"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
