"""Every table of the mailroom on one page: sealed reports, and nothing of any person.

Only days are kept, no times of day and no addresses. What is bytes here was sealed in a browser,
but for ids and digests. No table of the register is near; nothing joins the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from kiosk.storage.database import NAMES

__all__ = [
    "MAILROOM_VERSION",
    "cases",
    "chunks",
    "constants",
    "deeds",
    "files",
    "identities",
    "mailroom_metadata",
    "messages",
    "notes",
    "openings",
    "passed_shares",
    "reasons",
    "wraps",
]

# The newest migration in migrations/mailroom/versions; a test holds the two together.
MAILROOM_VERSION = "0001"

mailroom_metadata = MetaData(naming_convention=NAMES)

# One row, made with the tables: the salt of this installation's receipt codes.
constants = Table(
    "constants",
    mailroom_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("receipt_salt", LargeBinary(16), nullable=False),
)

# `submission` is the digest of what was sent, so that it may be sent again, and only unaltered.
# `proof` is the digest of what the receipt code proves; gone with the case. `box` follows from the
# state (kiosk.domain.cases.Box), so that a page of an inbox is one stretch of an index.
cases = Table(
    "cases",
    mailroom_metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("number", String(6), nullable=False, unique=True),
    Column("unit", BigInteger, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("since", Date, nullable=False),
    Column("box", SmallInteger, nullable=False),
    Column("identity", Boolean, nullable=False),
    Column("bucket", Integer, nullable=False),
    Column("submission", LargeBinary(32), nullable=False),
    Column("proof", LargeBinary(32), unique=True),
    Column("own_proof", LargeBinary(32)),
    Column("identity_digest", LargeBinary(32), nullable=False),
    CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency"),
    CheckConstraint("(proof IS NULL) = (state = 'shredded')", name="proof"),
    # Within a day by the public number, which nobody can choose; an id is made by whoever reports.
    Index("ix_cases_inbox", "unit", "box", "urgency", "received_on", "number"),
    Index("ix_cases_over", "box", "since"),
)

# Keys of cases, each sealed for one reader; `own` for the reporter.
wraps = Table(
    "wraps",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("purpose", SmallInteger, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("reader", LargeBinary(16), primary_key=True),
    Column("own", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Apart from everything that a handler is given.
identities = Table(
    "identities",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("direction", SmallInteger, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("case", "direction", "sequence"),
)

# What those who work on a case keep to themselves, under a key and in an order of its own, so that
# neither they nor the reporter come between each other. `by` is the key of who wrote it.
notes = Table(
    "notes",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("by", LargeBinary(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# `digest` once every chunk is there.
files = Table(
    "files",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("file", LargeBinary(16), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("header", LargeBinary(64), nullable=False),
    Column("digest", LargeBinary(32)),
    UniqueConstraint("case", "file"),
)

chunks = Table(
    "chunks",
    mailroom_metadata,
    Column("case", LargeBinary(16), ForeignKey("cases.id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Who asks for an identity is named by a key. Why is said to the reporter, sealed; here its digest.
# `key` is the one-time key for shares, kind and public half; `kept` its secret, sealed for the
# asker's own key.
openings = Table(
    "openings",
    mailroom_metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("case", LargeBinary(16), ForeignKey("cases.id"), nullable=False),
    Column("asker", LargeBinary(16), nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("kept", LargeBinary, nullable=False),
    Column("reason", LargeBinary(32), nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("objected", Boolean, nullable=False),
    Index("ix_openings_case", "case"),
    Index("ix_openings_asker", "asker"),
)

# Who asks, why and by what law, sealed for each custodian who is asked.
reasons = Table(
    "reasons",
    mailroom_metadata,
    Column("opening", LargeBinary(16), ForeignKey("openings.id"), primary_key=True),
    Column("custodian", LargeBinary(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_reasons_custodian", "custodian"),
)

# A custodian's share, sealed for the one who asked.
passed_shares = Table(
    "passed_shares",
    mailroom_metadata,
    Column("opening", LargeBinary(16), ForeignKey("openings.id"), primary_key=True),
    Column("custodian", LargeBinary(16), primary_key=True),
    Column("external", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# What was done, bound together (kiosk.domain.journal). Triggers, made by the migration, refuse to
# change or delete. `at` is the beginning of the day.
deeds = Table(
    "deeds",
    mailroom_metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("deed", String(40), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Index("ix_deeds_subject", "subject", "number"),
)
