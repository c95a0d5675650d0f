"""The settings of one installation: sections, fields, and what each field may hold.

A field's type is its rule: `config.loading` reads the bounds below from the annotations, so that a
setting is described in one place. What a setting is *for* stands beside it in defaults.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

__all__ = [
    "ApplicationSettings",
    "Between",
    "CertificateSettings",
    "DatabaseSettings",
    "FileSettings",
    "IncidentSettings",
    "KeySettings",
    "LanguageSettings",
    "Length",
    "Lines",
    "NoticeSettings",
    "NumberTemplate",
    "OnionAddress",
    "Pattern",
    "PrintingSettings",
    "Purpose",
    "PurposeRoute",
    "RatingSettings",
    "ReportSettings",
    "Settings",
    "Signatory",
    "SiteSettings",
    "StaffSettings",
    "StationSettings",
    "TimestampSettings",
    "TrustSettings",
    "UnitSettings",
    "WebSettings",
]

LARGEST_CODE = (1 << 32) - 1
LARGEST_PURPOSE_CODE = (1 << 16) - 1


@dataclass(frozen=True)
class Between:
    """A whole number from `least` to `most`, both included."""

    least: int
    most: int


@dataclass(frozen=True)
class Length:
    """A text of `least` to `most` characters."""

    least: int
    most: int


@dataclass(frozen=True)
class Lines:
    """`least` to `most` lines of at most `longest` characters each."""

    least: int
    most: int
    longest: int = 80


@dataclass(frozen=True)
class Pattern:
    """A text that is described by `meaning` and matched in full by `expression`."""

    expression: str
    meaning: str


@dataclass(frozen=True)
class OnionAddress:
    """The address of an onion service, version 3, whose checksum holds; or empty."""


@dataclass(frozen=True)
class NumberTemplate:
    """A certificate number with {seq}, {year} and perhaps {month} left open.

    signing.numbers fills it. Each open place is parted by a sign from what stands beside it, so
    that no two certificates of a unit get one number.
    """

    longest: int


HOST = r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?(:[0-9]{1,5})?|\[::1\](:[0-9]{1,5})?"
SITE_URL = Pattern(
    rf"https://({HOST})|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{{1,5}})?",
    "https:// and a host in small letters, without a path (http:// for localhost only)",
)
SERVICE_URL = Pattern(r"(https?://[!-~]+)?", "an http:// or https:// address, or empty")
NETWORK = Pattern(
    r"[0-9a-f.:]{2,45}/[0-9]{1,3}", "an address and how many bits of it count, as 192.168.7.0/24"
)
PAPER_KIND = Pattern(
    "ktp|kk|birth|jkn|passport|old-skck|fingerprints|letter|school|other",
    "ktp, kk, birth, jkn, passport, old-skck, fingerprints, letter, school or other",
)
TIME_OF_DAY = Pattern("([01][0-9]|2[0-3]):[0-5][0-9]", "a time of day, as 08:30")
ASKED_PART = Pattern(
    "marriage|spouse|parents|siblings|education|traits",
    "marriage, spouse, parents, siblings, education or traits",
)
DATABASE_URL = Pattern(
    r"(sqlite:///|postgresql(\+psycopg)?://)[!-~ ]+",
    "sqlite:///FILE or postgresql://USER@HOST/NAME",
)
HOLDER = Pattern(
    "04[0-9a-f]{128}", "a point of 65 bytes in hex, as `segel directory key` prints it"
)


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """The installation as the public sees it. `unit` is the code of the office that runs it."""

    name: Annotated[str, Length(1, 80)]
    url: Annotated[str, SITE_URL]
    former_hosts: tuple[Annotated[str, Pattern(HOST, "a host name in small letters")], ...]
    demo: bool
    unit: Annotated[int, Between(1, LARGEST_CODE)]
    telephone: Annotated[str, Pattern(r"[0-9+ ()-]{0,30}", "a telephone number, or empty")]

    @property
    def host(self) -> str:
        """The host, with its port if it has one, as written in QR codes."""
        return urlsplit(self.url).netloc

    @property
    def check_url(self) -> str:
        """What stands before the digits of a token in a QR code: `https://HOST/#`."""
        return f"{self.url}/#"


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signs for a unit: the lines above the signature, then name, rank and service number."""

    on_behalf_lines: Annotated[tuple[str, ...], Lines(1, 3, 60)]
    name: Annotated[str, Length(1, 60)]
    rank: Annotated[str, Length(1, 60)]
    nrp: Annotated[str, Pattern(r"[0-9]{4,18}", "4 to 18 digits")]


@dataclass(frozen=True, kw_only=True)
class UnitSettings:
    """An issuing unit: what stands on its paper. `utc_offset` is in minutes east of Greenwich."""

    code: Annotated[int, Between(1, LARGEST_CODE)]
    name: Annotated[str, Length(1, 80)]
    letterhead: Annotated[tuple[str, ...], Lines(3, 4, 60)]
    place: Annotated[str, Length(1, 40)]
    number_template: Annotated[str, NumberTemplate(80)]
    utc_offset: Annotated[int, Between(-720, 840)]
    signatory: Signatory


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Where the register is kept. The URL may hold a password and is not shown."""

    url: Annotated[str, DATABASE_URL] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KeySettings:
    """Where the signing keys are and how long a key signs.

    The PIN comes from SEGEL_KEYS_PKCS11_PIN or from `pkcs11_pin_file`, never from the site's file.
    """

    backend: Literal["files", "pkcs11", "remote"]
    months_of_signing: Annotated[int, Between(1, 24)]
    pkcs11_module: Path | None
    pkcs11_token: Annotated[str, Length(0, 32)]
    pkcs11_label: Annotated[str, Length(0, 64)]
    pkcs11_pin: Annotated[str, Length(0, 256)] = field(repr=False)
    pkcs11_pin_file: Path | None
    remote_url: Annotated[str, SERVICE_URL]
    remote_credentials_file: Path | None
    remote_ca_file: Path | None


@dataclass(frozen=True, kw_only=True)
class TimestampSettings:
    """The RFC 3161 authority that dates signatures; an empty `url` means none."""

    url: Annotated[str, SERVICE_URL]
    ca_file: Path | None


@dataclass(frozen=True, kw_only=True)
class TrustSettings:
    """How long the trust bundle and the status lists may be believed."""

    bundle_days: Annotated[int, Between(1, 366)]
    status_ttl_hours: Annotated[int, Between(1, 168)]
    status_refresh_minutes: Annotated[int, Between(1, 1440)]


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """The web server. Rates are per minute and address of the asker; 0 means no limit."""

    host: Annotated[str, Length(1, 64)]
    port: Annotated[int, Between(1, 65535)]
    threads: Annotated[int, Between(1, 64)]
    trusted_proxies: Annotated[int, Between(0, 4)]
    upload_limit_mb: Annotated[int, Between(1, 100)]
    uploads_per_minute: Annotated[int, Between(0, 10_000)]
    lookups_per_minute: Annotated[int, Between(0, 10_000)]


@dataclass(frozen=True, kw_only=True)
class StationSettings:
    """The screen of a kiosk or a desk with a camera, and the networks it may be opened from."""

    enabled: bool
    networks: tuple[Annotated[str, NETWORK], ...]


@dataclass(frozen=True, kw_only=True)
class StaffSettings:
    """How the staff signs in, and whether residents see by name who opened or brings their file."""

    idle_minutes: Annotated[int, Between(1, 480)]
    session_hours: Annotated[int, Between(1, 24)]
    enrolment_hours: Annotated[int, Between(1, 336)]
    show_who_opened: bool
    show_who_carries: bool


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What a certificate is for, in both languages of the sheet."""

    id: Annotated[str, Length(1, 80)]
    en: Annotated[str, Length(1, 80)]


@dataclass(frozen=True, kw_only=True)
class CertificateSettings:
    """Rules of issuing that an office may set.

    `nik_regions` says what becomes of a NIK whose province does not exist: "refuse" it, or "warn".
    """

    validity_months: Annotated[int, Between(1, 24)]
    nik_regions: Literal["refuse", "warn"]
    purposes: Mapping[Annotated[int, Between(1, LARGEST_PURPOSE_CODE)], Purpose]


@dataclass(frozen=True, kw_only=True)
class PurposeRoute:
    """Who issues certificates for a purpose, what has to be brought besides, and whether it costs.

    `waived` needs a decision of the Polri and the Finance Minister (PP 76/2020, article 7).
    """

    issued_by: tuple[Annotated[str, Pattern("polda|polres|polsek", "polda, polres or polsek")], ...]
    papers: tuple[Annotated[str, PAPER_KIND], ...]
    waived: bool


@dataclass(frozen=True, kw_only=True)
class ApplicationSettings:
    """Rules of applying that an office may set; `fee` in rupiah, 0 for none."""

    fee: Annotated[int, Between(0, 10_000_000)]
    payment_prefix: Annotated[str, Pattern("[0-9]{3,8}", "3 to 8 digits")]
    payment_days: Annotated[int, Between(1, 90)]
    draft_days: Annotated[int, Between(1, 365)]
    check_days: Annotated[int, Between(1, 60)]
    examination_days: Annotated[int, Between(1, 60)]
    fingerprint_times: tuple[Annotated[str, TIME_OF_DAY], ...]
    fingerprint_places: Annotated[int, Between(1, 100)]
    fingerprint_days: Annotated[int, Between(1, 90)]
    photos: Annotated[int, Between(0, 20)]
    papers: tuple[Annotated[str, PAPER_KIND], ...]
    asked: tuple[Annotated[str, ASKED_PART], ...]
    paper_limit_mb: Annotated[int, Between(1, 20)]
    most_papers: Annotated[int, Between(1, 100)]
    purposes: Mapping[Annotated[int, Between(1, LARGEST_PURPOSE_CODE)], PurposeRoute]


@dataclass(frozen=True, kw_only=True)
class IncidentSettings:
    """What happens when something went wrong: working days in which it is looked into."""

    days: Annotated[int, Between(1, 60)]


@dataclass(frozen=True, kw_only=True)
class RatingSettings:
    """Which groups of answers are too small to show; for how long an answer can be taken back."""

    smallest_group: Annotated[int, Between(2, 100)]
    undo_hours: Annotated[int, Between(1, 240)]


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """Sealed reports: whether they are taken, where the mailroom is, and how long they are kept.

    Days count from the closing of a case. The database's URL may hold a password, and is not shown.
    """

    enabled: bool
    holders: tuple[Annotated[str, HOLDER], ...]
    database: Annotated[str, DATABASE_URL] = field(repr=False)
    identity_days: Annotated[int, Between(1, 3650)]
    case_days: Annotated[int, Between(1, 3650)]
    per_minute: Annotated[int, Between(0, 10_000)]
    work: bool
    onion: Annotated[str, OnionAddress()]


@dataclass(frozen=True, kw_only=True)
class FileSettings:
    """Where photos and papers are kept: in a folder, or in a bucket where `bucket` is set."""

    folder: Path | None
    bucket: Annotated[str, Pattern("([a-z0-9][a-z0-9.-]{1,62})?", "the name of a bucket, or empty")]
    endpoint: Annotated[str, SERVICE_URL]
    region: Annotated[str, Length(1, 40)]
    credentials_file: Path | None


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """How notices leave: by an SMS gateway and by e-mail; where neither is set, on paper only."""

    sms_url: Annotated[str, SERVICE_URL]
    sms_token_file: Path | None
    smtp_host: Annotated[str, Pattern("[A-Za-z0-9.:-]{0,253}", "the name of a host, or empty")]
    smtp_port: Annotated[int, Between(1, 65535)]
    smtp_security: Literal["tls", "starttls", "none"]
    smtp_user: Annotated[str, Length(0, 200)]
    smtp_password_file: Path | None
    sender: Annotated[str, Pattern("([^@ ]+@[^@ ]+)?", "an e-mail address, or empty")]
    most_tries: Annotated[int, Between(1, 100)]


@dataclass(frozen=True, kw_only=True)
class PrintingSettings:
    """Where certificates come out: a queue of CUPS on this machine, or a folder; who takes fees."""

    queue: Annotated[str, Pattern("[A-Za-z0-9_.-]{0,127}", "the name of a queue, or empty")]
    port: Annotated[int, Between(1, 65535)]
    folder: Path | None
    receipt_printer: Annotated[
        str,
        Pattern(r"|tcp://[A-Za-z0-9.:-]{1,80}:[0-9]{1,5}|/dev/[A-Za-z0-9/_-]{1,60}", "an address"),
    ]
    receipts_by: tuple[
        Annotated[str, Pattern("verifier|print-room", "verifier or print-room")], ...
    ]


@dataclass(frozen=True, kw_only=True)
class LanguageSettings:
    """The language of screens before anybody has chosen one."""

    default: Literal["id", "en"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may change. `folder` is the site's folder, an absolute path."""

    folder: Path
    site: SiteSettings
    units: Mapping[int, UnitSettings]
    database: DatabaseSettings
    keys: KeySettings
    timestamp: TimestampSettings
    trust: TrustSettings
    web: WebSettings
    station: StationSettings
    staff: StaffSettings
    certificates: CertificateSettings
    applications: ApplicationSettings
    incidents: IncidentSettings
    ratings: RatingSettings
    reports: ReportSettings
    files: FileSettings
    notices: NoticeSettings
    printing: PrintingSettings
    language: LanguageSettings

    @property
    def unit(self) -> UnitSettings:
        """The office's own unit."""
        return self.units[self.site.unit]

    @property
    def register_url(self) -> str:
        """The register's URL; a file's path starts at the site's folder."""
        return self._url_of(self.database.url)

    @property
    def mailroom_url(self) -> str:
        """The mailroom's URL; a file's path starts at the site's folder."""
        return self._url_of(self.reports.database)

    def _url_of(self, url: str) -> str:
        scheme, found, path = url.partition("sqlite:///")
        return f"sqlite:///{self.folder / path}" if found and not scheme else url
