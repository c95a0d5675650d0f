"""Sums, days and numbers as people read them, for every page of applying."""

from datetime import date, datetime

from flask import Blueprint
from flask_babel import format_date

from kiosk.actions.notices import shown_number
from kiosk.domain.payments import printed_reference
from kiosk.web.guards import the_desk
from kiosk.web.public.asking import paper_name

__all__ = ["money", "the_fee", "use_plain"]


def use_plain(pages: Blueprint) -> Blueprint:
    """`pages`, whose templates, and the parts that they take in, write with what is here."""
    pages.record_once(lambda state: state.app.jinja_env.globals.update(_WRITERS))
    return pages


def money(rupiah: int) -> str:
    """An amount: Rp30.000."""
    return "Rp" + f"{rupiah:,}".replace(",", ".")


def the_fee(purpose: int | None = None) -> int:
    """The fee in rupiah, for a purpose or in general; 0 where it is waived."""
    settings = the_desk().settings.applications
    route = settings.purposes.get(purpose or 0)
    return 0 if route is not None and route.waived else settings.fee


def _day(day: date | datetime) -> str:
    return str(format_date(day, "full", rebase=False))


def _month_name(month: int) -> str:
    return str(format_date(date(2000, month, 1), "MMMM", rebase=False))


_WRITERS = {
    "money": money,
    "fee_for": the_fee,
    "number": shown_number,
    "reference": printed_reference,
    "day": _day,
    "month_name": _month_name,
    "paper_name": paper_name,
}
