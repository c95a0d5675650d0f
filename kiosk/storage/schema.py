"""Every table of the register on one page.

No column holds a name or a NIK: what is printed of a person is in `certificates.content`,
encrypted by the caller, and `nik_hash` is keyed. Moments are whole seconds since 1970.

A certificate's id is its status list times 2^20 plus its draw, a running number within the list;
its place in the list is the draw after the list's secret permutation (kiosk.storage.permutation).
So the primary key alone proves that no place is given out twice, and rows and indexes grow at their
ends, which keeps the millionth certificate as quick as the thousandth.
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
    Text,
    UniqueConstraint,
    text,
)

from kiosk.storage.database import NAMES, Moment

__all__ = [
    "NIK_BUCKETS",
    "SCHEMA_VERSION",
    "accounts",
    "application_cells",
    "applications",
    "appointments",
    "badges",
    "bags",
    "bank_lines",
    "batches",
    "blanko_ranges",
    "blanko_sheets",
    "certificates",
    "counters",
    "day_counts",
    "devices",
    "events",
    "footfall",
    "grants",
    "handovers",
    "holidays",
    "improvements",
    "incidents",
    "inspections",
    "journal",
    "metadata",
    "moves",
    "offices",
    "outbox",
    "papers",
    "passkeys",
    "payments",
    "posters",
    "print_jobs",
    "publications",
    "ratings",
    "reviews",
    "sealings",
    "sessions",
    "shifts",
    "staff",
    "status_lists",
    "tries",
]

NIK_BUCKETS = 16

# The newest migration in migrations/register/versions; a test holds the two together.
SCHEMA_VERSION = "0005"

metadata = MetaData(naming_convention=NAMES)

# The next running number of each unit and year.
counters = Table(
    "counters",
    metadata,
    Column("unit", BigInteger, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("next_sequence", BigInteger, nullable=False),
)

# One status list for each month in which certificates end. `key` hides the order of its places.
status_lists = Table(
    "status_lists",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary(16), nullable=False),
    Column("next_draw", Integer, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("label", Text, nullable=False, unique=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("unit", BigInteger, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("number", String(100), nullable=False, unique=True),
    Column("batch_id", BigInteger, ForeignKey("batches.id")),
    Column("record_digest", LargeBinary(32), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reserved_at", Moment, nullable=False),
    Column("issued_at", Moment),
    Column("valid_until", Date, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    # No foreign key: its check would cost PostgreSQL a third of the insert, for a row that the
    # same transaction has just drawn from.
    Column("status_list", Integer, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("key_id", LargeBinary(4), nullable=False),
    Column("check_code", String(16), nullable=False),
    Column("nik_hash", LargeBinary(32), nullable=False),
    Column("nik_bucket", SmallInteger, nullable=False),
    Column("signed_digest", LargeBinary(16)),
    Column("suspended_at", Moment),
    Column("withdrawn_at", Moment),
    Column("withdrawn_reason", String(200)),
    Column("replaced_by", BigInteger, ForeignKey("certificates.id")),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("unit", "year", "sequence"),
    CheckConstraint(
        "state IN ('reserved', 'issued', 'suspended', 'withdrawn', 'replaced')", name="state"
    ),
    CheckConstraint(
        "(withdrawn_at IS NULL) = (state IN ('reserved', 'issued', 'suspended'))",
        name="withdrawn_at",
    ),
    CheckConstraint("(suspended_at IS NULL) = (state <> 'suspended')", name="suspended_at"),
    # A restarted batch finds its own rows by this; certificates issued singly have no batch.
    Index(
        "uq_certificates_batch_record",
        "batch_id",
        "record_digest",
        "occurrence",
        unique=True,
        sqlite_where=text("batch_id IS NOT NULL"),
        postgresql_where=text("batch_id IS NOT NULL"),
    ),
    # An index by hash alone grows everywhere at once, which doubles the cost of the millionth row.
    # This one grows at sixteen ends; a look-up reads a sixteenth of it (10 ms of a million).
    Index("ix_certificates_nik", "nik_bucket", "id", "nik_hash"),
    Index(
        "ix_certificates_withdrawn",
        "status_list",
        "status_index",
        sqlite_where=text("withdrawn_at IS NOT NULL"),
        postgresql_where=text("withdrawn_at IS NOT NULL"),
    ),
    Index(
        "ix_certificates_suspended",
        "status_list",
        "status_index",
        sqlite_where=text("suspended_at IS NOT NULL"),
        postgresql_where=text("suspended_at IS NOT NULL"),
    ),
    # Room for the confirmed version of a row on the page of the reserved one, so that PostgreSQL
    # touches no index to confirm it (a HOT update; so no index may look at `state` either).
    postgresql_with={"fillfactor": 50},
)

# The last serial of each thing that is published, and how often what lists say has changed.
publications = Table(
    "publications",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("serial", BigInteger, nullable=False),
)

# Offices and staff. `content` is the sealed name and service number of a person.

offices = Table(
    "offices",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    Column("above", BigInteger, ForeignKey("offices.id")),
    Column("unit", BigInteger, unique=True),
    Column("closed", Boolean, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("office", BigInteger, ForeignKey("offices.id"), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("left_at", Moment),
)

grants = Table(
    "grants",
    metadata,
    Column("staff", BigInteger, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("role", String(20), primary_key=True),
    Column("office", BigInteger, ForeignKey("offices.id"), primary_key=True, autoincrement=False),
)

# How each of the staff signs in. `password` and `totp` are sealed, `enrolment` is a digest.
accounts = Table(
    "accounts",
    metadata,
    Column("staff", BigInteger, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("handle", LargeBinary(32), nullable=False, unique=True),
    Column("password", LargeBinary),
    Column("totp", LargeBinary),
    Column("last_step", BigInteger, nullable=False),
    Column("enrolment", LargeBinary(32)),
    Column("enrolment_until", Moment),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary(1023), primary_key=True),
    Column("staff", BigInteger, ForeignKey("staff.id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    # When the challenge was made that it answered last, in microseconds: older ones count no more.
    Column("answered", BigInteger, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("used_at", Moment),
)

# `id` is the digest of what the browser holds.
sessions = Table(
    "sessions",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("staff", BigInteger, ForeignKey("staff.id"), nullable=False, index=True),
    Column("way", String(10), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Tries to sign in that failed, by a keyed hash of what was typed, whether or not it exists.
tries = Table(
    "tries",
    metadata,
    Column("login_hash", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

# Who did what (kiosk.domain.journal). Triggers, made by the migration, refuse to change or delete.
journal = Table(
    "journal",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("staff", BigInteger),
    Column("office", BigInteger),
    Column("deed", String(40), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Index("ix_journal_subject", "subject", "number"),
    Index("ix_journal_staff", "staff", "number"),
)

# What is known of a person is sealed in `application_cells`. The stages of an examination are kept
# as one, `examining`: which it is, and what was found, is in `examination`, sealed, of one length.
# Offices and staff are closed, never removed, so no key is foreign to them.
applications = Table(
    "applications",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("receiving", String(10), nullable=False),
    Column("purpose", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("promised_at", BigInteger),
    Column("due_at", BigInteger),
    Column("correction_at", BigInteger),
    Column("paid", Boolean, nullable=False),
    Column("fingerprints_on_file", Boolean, nullable=False),
    Column("identity_seen", Boolean, nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("helper", BigInteger),
    Column("checked_by", BigInteger),
    Column("approved_by", BigInteger),
    Column("certificate", BigInteger),
    Column("serial", String(20), nullable=False),
    Column("printed_by", BigInteger),
    Column("sealed_by", BigInteger),
    Column("witnessed_by", BigInteger),
    Column("bag", BigInteger),
    Column("examination", LargeBinary),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("birth_hash", LargeBinary(32), nullable=False),
    Column("nik_hash", LargeBinary(32)),
    Column("wrong_tries", Integer, nullable=False),
    Column("wrong_at", BigInteger),
    Index("ix_applications_queue", "office", "stage", "due_at", "id"),
    # Drafts to be dropped and payments to lapse, whatever their office.
    Index("ix_applications_due", "stage", "due_at"),
    Index("ix_applications_nik", "nik_hash"),
    Index(
        "ix_applications_wishes",
        "office",
        "correction_at",
        sqlite_where=text("correction_at IS NOT NULL"),
        postgresql_where=text("correction_at IS NOT NULL"),
    ),
    # A draft that is dropped leaves its number to nobody: the journal may name it.
    sqlite_autoincrement=True,
)

application_cells = Table(
    "application_cells",
    metadata,
    Column("application", BigInteger, ForeignKey("applications.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# A photo or paper. `name` is the object's in the store of files; `key` opens it, and is sealed.
papers = Table(
    "papers",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(40), nullable=False, unique=True),
    Column("key", LargeBinary, nullable=False),
    Column("media", String(20), nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
    Index("ix_papers_application", "application"),
    Index(
        "ix_papers_removed",
        "removed_at",
        sqlite_where=text("removed_at IS NOT NULL"),
        postgresql_where=text("removed_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

# What is asked of an applicant: one row for each reference that was given out.
payments = Table(
    "payments",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reference", String(30), nullable=False, unique=True),
    Column("amount", Integer, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("paid_at", BigInteger),
    Column("way", String(10)),
    Column("receipt", String(40)),
    Column("taken_by", BigInteger),
    UniqueConstraint("application", "attempt"),
    Index("ix_payments_paid", "office", "paid_at"),
    CheckConstraint("(paid_at IS NULL) = (way IS NULL)", name="way"),
)

# Every line of every bank file, once: a file that is read again changes nothing.
bank_lines = Table(
    "bank_lines",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("reference", String(40), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("payment", BigInteger, ForeignKey("payments.id")),
    Column("read_at", BigInteger, nullable=False),
    Index("ix_bank_lines_outcome", "outcome", "read_at"),
)

# Notices that are to be sent, or were. The address is sealed, and no text names a person.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("template", String(30), nullable=False),
    Column("language", String(5), nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", BigInteger),
    Column("given_up_at", BigInteger),
    Column("trouble", String(80), nullable=False),
    Index("ix_outbox_application", "application"),
    Index(
        "ix_outbox_waiting",
        "next_at",
        sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
    ),
)

# Days on which an office does not work; office 0 stands for all of them.
holidays = Table(
    "holidays",
    metadata,
    Column("day", Date, primary_key=True),
    Column("office", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
)

# Sheets (blanko) that were received, by range, and one row for each that was used or is void.
blanko_ranges = Table(
    "blanko_ranges",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("prefix", String(20), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("received_by", BigInteger, nullable=False),
    UniqueConstraint("prefix", "width", "first"),
    Index("ix_blanko_ranges_office", "office"),
)

blanko_sheets = Table(
    "blanko_sheets",
    metadata,
    Column("serial", String(20), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("application", BigInteger),
    Column("at", BigInteger, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("void_at", BigInteger),
    Column("reason", String(20)),
    CheckConstraint("(void_at IS NULL) = (state = 'used')", name="void_at"),
    Index("ix_blanko_sheets_office", "office", "at"),
)

# What was sent to a printer. `document` is an object in the store of files; `key` opens it, sealed.
print_jobs = Table(
    "print_jobs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("serial", String(20), nullable=False),
    Column("certificate", BigInteger, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("document", String(40), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("again", Integer, nullable=False),
    Column("queued", BigInteger),
    Column("by", BigInteger, nullable=False),
    Column("wanted_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("reason", String(20)),
    Index("ix_print_jobs_application", "application"),
    Index(
        "ix_print_jobs_open",
        "id",
        sqlite_where=text("stage IN ('wanted', 'sending', 'sent', 'unknown')"),
        postgresql_where=text("stage IN ('wanted', 'sending', 'sent', 'unknown')"),
    ),
    sqlite_autoincrement=True,
)

# One person has put a paper into a bag; a second one has still to confirm it.
sealings = Table(
    "sealings",
    metadata,
    Column("application", BigInteger, ForeignKey("applications.id"), primary_key=True),
    Column("bag", BigInteger, nullable=False, unique=True),
    Column("by", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# When somebody comes for fingerprints. `place` is one of the few of that time.
appointments = Table(
    "appointments",
    metadata,
    Column("application", BigInteger, ForeignKey("applications.id"), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("time", String(5), nullable=False),
    Column("place", Integer, nullable=False),
    UniqueConstraint("office", "day", "time", "place"),
)

# What somebody counted at an office at the end of a day: money in the till, sheets in the pile.
day_counts = Table(
    "day_counts",
    metadata,
    Column("office", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("money", BigInteger, nullable=False),
    Column("sheets", BigInteger, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# A sealed bag with one paper; `id` is the number printed on it. Where it is to go is in the cell
# `delivery` of its application. No key is foreign to `staff`: holder 0 is the counter.
bags = Table(
    "bags",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("holder", BigInteger, nullable=False),
    Column("offered_to", BigInteger),
    Column("visits", Integer, nullable=False),
    Column("mismatches", Integer, nullable=False),
    Column("wrong_codes", Integer, nullable=False),
    Column("day", String(10), nullable=False),
    Column("window", String(10), nullable=False),
    Column("last_in_vain", String(20)),
    Column("sealed_at", BigInteger, nullable=False),
    Index("ix_bags_application", "application"),
    Index("ix_bags_office", "office", "stage", "day", "id"),
    Index("ix_bags_holder", "holder", "stage"),
    Index("ix_bags_offered", "offered_to"),
)

# Every change of a bag, once; `event` is the id a courier's device gave to its part of it.
moves = Table(
    "moves",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("bag", BigInteger, ForeignKey("bags.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("deed", String(20), nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("stage_before", String(20), nullable=False),
    Column("stage_after", String(20), nullable=False),
    Column("holder_before", BigInteger, nullable=False),
    Column("holder_after", BigInteger, nullable=False),
    Column("detail", String(40), nullable=False),
    Column("event", LargeBinary(16), unique=True),
    Column("device_at", BigInteger),
    Index("ix_moves_bag", "bag", "id"),
    Index("ix_moves_holder_before", "holder_before", "at"),
    Index("ix_moves_holder_after", "holder_after", "at"),
)

# A courier's day with bags. It ends only where nothing is left.
shifts = Table(
    "shifts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("courier", BigInteger, nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    # The last move of any bag before it: moves are of one second, and shifts of one courier, too.
    Column("after_move", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("taken", Integer, nullable=False),
    Column("handed_over", Integer, nullable=False),
    Column("brought_back", Integer, nullable=False),
    Column("told_at", BigInteger),
    Index("ix_shifts_office", "office", "began_at"),
    Index(
        "uq_shifts_open",
        "courier",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# A courier's phone: its public key, and how far its chain of events has come.
devices = Table(
    "devices",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("staff", BigInteger, nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("wiped_at", BigInteger),
    Column("number", BigInteger, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
)

# What a device said, as it was signed, sealed; and what was answered.
events = Table(
    "events",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("device", LargeBinary(16), ForeignKey("devices.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("bag", BigInteger),
    Column("device_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("skew", BigInteger, nullable=False),
    Column("answer", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("device", "number"),
    Index("ix_events_bag", "bag"),
)

# What somebody has to look at, because two facts do not go together.
reviews = Table(
    "reviews",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("bag", BigInteger),
    Column("event", LargeBinary(16)),
    Column("why", String(20), nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", BigInteger),
    Column("outcome", String(20)),
    Index("ix_reviews_office", "office", "closed_at", "id"),
)

# A paper that reached somebody. `record` is signed; `proof` (drawn, or spoken to a witness) sealed.
# `void_at` is when the paper was made anew: then the application has another handover, once.
handovers = Table(
    "handovers",
    metadata,
    Column("receipt", String(20), primary_key=True),
    Column("application", BigInteger, ForeignKey("applications.id"), nullable=False),
    Column("bag", BigInteger),
    Column("office", BigInteger, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("receiver", String(10), nullable=False),
    Column("proofs", String(60), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("void_at", BigInteger),
    Index("ix_handovers_office", "office", "at"),
    Index(
        "uq_handovers_application",
        "application",
        unique=True,
        sqlite_where=text("void_at IS NULL"),
        postgresql_where=text("void_at IS NULL"),
    ),
)

# The code on a courier's badge, by which anybody may ask who stands at the door.
badges = Table(
    "badges",
    metadata,
    Column("staff", BigInteger, primary_key=True, autoincrement=False),
    Column("code", String(16), nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# What went wrong with a delivery. Two officers have to say that they know; `content` is sealed.
incidents = Table(
    "incidents",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("application", BigInteger),
    Column("bag", BigInteger),
    Column("raised_at", BigInteger, nullable=False),
    Column("raised_by", BigInteger),
    Column("content", LargeBinary, nullable=False),
    Column("first_by", BigInteger),
    Column("first_at", BigInteger),
    Column("second_by", BigInteger),
    Column("second_at", BigInteger),
    Column("proposed_by", BigInteger),
    Column("closed_at", BigInteger),
    Column("closed_by", BigInteger),
    Column("outcome", String(20)),
    Index("ix_incidents_office", "office", "closed_at", "id"),
    Index("ix_incidents_application", "application"),
)

# What people thought of a delivery. `ticket` is a keyed hash of the application, so that one is
# rated once; `content` (words, and whether money was asked for) is sealed.
ratings = Table(
    "ratings",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("office", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("ticket", LargeBinary(32), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Index("ix_ratings_office", "office", "day"),
)

# What an office wants to do better, by whom and by when.
improvements = Table(
    "improvements",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("office", BigInteger, nullable=False),
    Column("source", String(20), nullable=False),
    Column("what", String(500), nullable=False),
    Column("owner", BigInteger),
    Column("made_by", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("due_on", Date),
    Column("done_at", BigInteger),
    Column("effect", String(500), nullable=False),
    Index("ix_improvements_office", "office", "done_at", "id"),
)

# Where posters that lead to sealed reports hang. Nothing here is about who scans one.
posters = Table(
    "posters",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("unit", BigInteger, nullable=False),
    Column("place", String(60), nullable=False),
    Column("area", String(30), nullable=False),
    Column("printed_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("seen_at", BigInteger),
    Column("condition", String(10), nullable=False),
    Index("ix_posters_unit", "unit", "stage"),
)

# What was found of a poster. Who found it stands in the journal.
inspections = Table(
    "inspections",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("poster", String(20), ForeignKey("posters.number"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("condition", String(10), nullable=False),
    Column("note", String(120), nullable=False),
    Column("stage_before", String(10), nullable=False),
    Column("condition_before", String(10), nullable=False),
    Column("seen_before", BigInteger),
    Index("ix_inspections_poster", "poster", "id"),
)

# How often phones told an area in a week, which begins on this Monday; often another than theirs.
footfall = Table(
    "footfall",
    metadata,
    Column("week", Date, primary_key=True),
    Column("area", String(30), primary_key=True),
    Column("told", BigInteger, nullable=False),
)
