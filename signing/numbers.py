"""The printed number of a certificate, rebuilt from its running number and its unit's template.

`SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM`: the sequence restarts every year, the
month is Roman. A checker rebuilds the number from the QR code and the trust bundle, so the text
itself is not in the token. Dates are those of the unit's time zone.
"""

from datetime import UTC, date, datetime, timedelta

__all__ = ["day_of", "last_day_of", "number_of"]

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def day_of(moment: int, *, utc_offset: int) -> date:
    """The day at `moment` (seconds since 1970) where clocks are `utc_offset` minutes ahead."""
    return datetime.fromtimestamp(moment + utc_offset * 60, UTC).date()


def last_day_of(expires_at: int, *, utc_offset: int) -> date:
    """The last valid day of a certificate: the day that ends when it expires."""
    return day_of(expires_at, utc_offset=utc_offset) - timedelta(days=1)


def number_of(template: str, *, sequence: int, issued_on: date) -> str:
    """The number that `template` makes of a running number and the day of issue."""
    return (
        template.replace("{seq}", str(sequence))
        .replace("{month}", ROMAN_MONTHS[issued_on.month - 1])
        .replace("{year}", str(issued_on.year))
    )
