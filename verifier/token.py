"""The numbered checks on the text of a QR code (docs/formats/token.md, "Checks").

The same checks, in the same order and with the same codes, run in the browser (kiosk/web/page);
both are held to the vectors in tests/vectors/token.json.
"""

from signing.errors import FormatError, SignatureError
from signing.numbers import day_of, last_day_of, number_of
from signing.status import Status
from signing.token import Token, parse_token, verify_token
from signing.trust import KeyUse, TrustBundle, TrustedKey

from .status import TrustSource
from .verdict import Certificate, Finding, Level, Outcome, Verdict, passed

__all__ = ["SKEW", "check_parsed_token", "check_token"]

# How far an honest device's clock may be behind ours, in seconds.
SKEW = 300
MARK = "/#"


def check_token(text: str, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on the text of a QR code, or on its digits alone, at `now` (seconds since 1970).

    `trust` is what the checker carries; nothing is asked of any network.
    """
    # (1) It is a certificate's token, in its one spelling.
    try:
        token = parse_token(text)
    except FormatError:
        code, outcome = "not-our-code", Outcome.CANNOT_CHECK
        if _looks_like_ours(text):
            code, outcome = "malformed", Outcome.NOT_GENUINE
        finding = Finding(number=1, code=code, level=Level.PROBLEM)
        return Verdict(outcome=outcome, findings=(finding,))
    return check_parsed_token(token, trust, now=now)


def check_parsed_token(token: Token, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on a token that was taken apart: as `check_token`, from the second check on."""
    findings = [passed(1, "readable")]

    def verdict(outcome: Outcome, number: int, code: str) -> Verdict:
        findings.append(Finding(number=number, code=code, level=Level.PROBLEM))
        return Verdict(outcome=outcome, findings=tuple(findings))

    # (2) It leads to our host. The digits are checked all the same; the person is warned.
    bundle = trust.bundle
    if token.host is None or token.host in bundle.hosts:
        findings.append(passed(2, "host"))
    else:
        findings.append(
            Finding(number=2, code="other-host", level=Level.WARNING, values={"host": token.host})
        )

    # (3) What we carry can be used now: the device's clock is not behind it, and it is not too old.
    if now + SKEW < trust.newest:
        return verdict(Outcome.CANNOT_CHECK, 3, "clock-behind")
    if now >= bundle.expires_at:
        return verdict(Outcome.CANNOT_CHECK, 3, "bundle-expired")
    findings.append(passed(3, "bundle"))

    # (4) Somebody we trust claims to have signed it.
    keys = bundle.keys_named(token.key_id, KeyUse.CERTIFICATE)
    if not keys:
        if trust.complete_until < min(now, token.payload.issued_at):
            return verdict(Outcome.CANNOT_CHECK, 4, "bundle-older")
        return verdict(Outcome.NOT_GENUINE, 4, "unknown-key")
    findings.append(passed(4, "known-key"))

    # (5) And did. Key ids are short: every key that bears this one is tried.
    key = _signer(token, keys)
    if key is None:
        return verdict(Outcome.NOT_GENUINE, 5, "signature")
    findings.append(passed(5, "signature-holds"))
    return _standing(token, key, trust, now=now, findings=findings)


def _standing(  # noqa: PLR0911 -- one for each finding that decides
    token: Token, key: TrustedKey, trust: TrustSource, *, now: int, findings: list[Finding]
) -> Verdict:
    """The checks that stand after the signature held: (6) to (9)."""
    bundle, payload = trust.bundle, token.payload
    certificate = certificate_of(token, bundle)

    def verdict(outcome: Outcome, number: int, code: str, level: Level, **values: str) -> Verdict:
        findings.append(Finding(number=number, code=code, level=level, values=values))
        return Verdict(
            outcome=outcome,
            findings=tuple(findings),
            certificate=certificate,
            as_of=known.issued_at if known else None,
        )

    known = trust.status_list(payload.status_list)

    # (6) The key may sign for this unit, at that time, and was not withdrawn since.
    if key.withdrawn_at:
        return verdict(Outcome.WITHDRAWN, 6, "key-withdrawn", Level.PROBLEM)
    if key.units and payload.unit not in key.units:
        return verdict(Outcome.NOT_GENUINE, 6, "key-unit", Level.PROBLEM)
    if not key.sign_from <= payload.issued_at < key.sign_until:
        return verdict(Outcome.NOT_GENUINE, 6, "key-period", Level.PROBLEM)
    if certificate is None:
        return verdict(Outcome.CANNOT_CHECK, 6, "unknown-unit", Level.PROBLEM)
    findings.append(passed(6, "key-allowed"))

    # (7) It was not issued in the future: then our clock is wrong.
    if now + SKEW < payload.issued_at:
        return verdict(Outcome.CANNOT_CHECK, 7, "clock-behind", Level.PROBLEM)
    findings.append(passed(7, "clock"))

    # (8) Nobody withdrew or suspended it, as far as we know, and (9) it has not run out.
    status = known.status_of(payload.status_index) if known else None
    if status is Status.WITHDRAWN:
        return verdict(Outcome.WITHDRAWN, 8, "withdrawn", Level.PROBLEM)
    if now >= payload.expires_at:
        return verdict(Outcome.EXPIRED, 9, "expired", Level.PROBLEM)
    if known is None:
        return verdict(Outcome.CANNOT_CHECK, 8, "status-missing", Level.PROBLEM)
    if status is Status.SUSPENDED:
        return verdict(Outcome.SUSPENDED, 8, "suspended", Level.PROBLEM)
    findings.append(passed(8, "not-withdrawn"))
    findings.append(passed(9, "not-expired"))

    # (10) The word of withdrawals is fresh, or we say how old it is.
    if now > known.issued_at + known.ttl:
        return verdict(Outcome.GENUINE_AS_OF, 10, "status-old", Level.WARNING)
    return verdict(Outcome.GENUINE, 10, "status-fresh", Level.PASSED)


def _looks_like_ours(text: str) -> bool:
    address, mark, digits = text.partition(MARK)
    if not mark:
        return text.isascii() and text.isdigit()
    # Whatever is written after the mark of our codes is meant to be one of them.
    return address.startswith(("https://", "http://")) and digits[:1].isdigit()


def _signer(token: Token, keys: tuple[TrustedKey, ...]) -> TrustedKey | None:
    for trusted in keys:
        try:
            verify_token(token, trusted.key)
        except SignatureError:
            continue
        return trusted
    return None


def certificate_of(token: Token, bundle: TrustBundle) -> Certificate | None:
    """The fields of a token in words, or None where the bundle does not know its unit."""
    payload = token.payload
    unit = bundle.unit(payload.unit)
    if unit is None:
        return None
    issued_on = day_of(payload.issued_at, utc_offset=unit.utc_offset)
    purpose = (
        (payload.purpose, payload.purpose)
        if isinstance(payload.purpose, str)
        else bundle.purposes.get(payload.purpose, ("lihat lembarnya", "see the sheet"))
    )
    return Certificate(
        number=number_of(unit.number_template, sequence=payload.sequence, issued_on=issued_on),
        name=payload.name,
        birth_year=payload.birth_year,
        nik_code=payload.nik_code,
        unit=unit.name,
        issued_on=issued_on,
        valid_until=last_day_of(payload.expires_at, utc_offset=unit.utc_offset),
        purpose=purpose,
        result=payload.result,
    )
