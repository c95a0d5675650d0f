"""create_app: the screens, put together."""

import io
from collections.abc import Callable
from typing import IO, Any

from flask import Flask, Request, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk.actions.desk import Desk
from kiosk.actions.footfall import areas_now, tell_area
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.readers import roots_of
from kiosk.web.assets import Assets, use_assets
from kiosk.web.counter.corrections import corrections
from kiosk.web.counter.days import days
from kiosk.web.counter.deeds import deeds
from kiosk.web.counter.files import files
from kiosk.web.counter.queues import queues
from kiosk.web.counter.sheets import sheets
from kiosk.web.courier.card import card
from kiosk.web.courier.phone import courier
from kiosk.web.courier.phones import phones
from kiosk.web.courier.reports import reports
from kiosk.web.courier.shell import shell
from kiosk.web.custody.bags import bags
from kiosk.web.custody.giving import giving
from kiosk.web.custody.own import own
from kiosk.web.custody.returns import returns
from kiosk.web.custody.reviews import reviews
from kiosk.web.custody.shifts import shifts
from kiosk.web.entrance.account import account
from kiosk.web.entrance.enrol import enrol
from kiosk.web.entrance.sign_in import sign_in
from kiosk.web.errors import use_errors
from kiosk.web.guards import use_guards
from kiosk.web.headers import use_headers
from kiosk.web.languages import use_languages
from kiosk.web.office.badges import badges
from kiosk.web.office.journal import journal
from kiosk.web.office.offices import offices
from kiosk.web.office.people import people
from kiosk.web.post.cards import cards
from kiosk.web.post.receipts import receipts
from kiosk.web.post.visits import visits
from kiosk.web.public.apply import apply
from kiosk.web.public.badge import badge
from kiosk.web.public.check import check
from kiosk.web.public.coming import coming
from kiosk.web.public.complaint import complaint
from kiosk.web.public.footfall import Footfall, use_footfall
from kiosk.web.public.form import form
from kiosk.web.public.lapor import ReportPages, use_lapor
from kiosk.web.public.limits import Limit
from kiosk.web.public.mailbox import Mailbox, use_mailbox
from kiosk.web.public.office import PublicOffice
from kiosk.web.public.onion import use_onion
from kiosk.web.public.rating import rating
from kiosk.web.public.receiving import receiving
from kiosk.web.public.report import report
from kiosk.web.public.status import status
from kiosk.web.public.trust import trust
from kiosk.web.public.unscripted import use_unscripted
from kiosk.web.public.verify import verify
from kiosk.web.readers import use_judge
from kiosk.web.reading.asking import Reading
from kiosk.web.reading.opened import use_reading
from kiosk.web.reading.pages import ReadingPages, use_reading_pages
from kiosk.web.station.office import StationDesk
from kiosk.web.station.scans import scans
from kiosk.web.station.screen import screen
from kiosk.web.watch.figures import figures
from kiosk.web.watch.improvements import improvements
from kiosk.web.watch.incidents import incidents
from kiosk.web.watch.posters import posters

__all__ = ["create_app"]


# In the order of the navigation; somebody's first page is the first of these that has one.
_OF_THE_STAFF = (
    sign_in,
    enrol,
    queues,
    files,
    deeds,
    corrections,
    sheets,
    incidents,
    figures,
    improvements,
    posters,
    days,
    courier,
    card,
    bags,
    giving,
    own,
    returns,
    shifts,
    reviews,
    visits,
    cards,
    receipts,
    phones,
    people,
    offices,
    badges,
    journal,
    # For everybody, and last in the navigation.
    account,
)


class _Request(Request):
    def _get_file_stream(self, *_about: object, **_more: object) -> IO[bytes]:
        # Else what is larger than half a megabyte would lie in a file for a moment; how much may
        # come at all is limited.
        return io.BytesIO()


class _Screens(Flask):
    request_class = _Request

    def log_exception(self, exc_info: Any) -> None:
        # Never the address: it may hold what nobody else is to know.
        self.logger.error("Exception in %s", request.endpoint, exc_info=exc_info)


def create_app(
    office: PublicOffice,
    assets: Assets | None = None,
    station: StationDesk | None = None,
    desk: Desk | None = None,
    mailbox: Mailbox | None = None,
    reading: Reading | None = None,
) -> Flask:
    """The screens of `office`, as a WSGI application.

    With those of a `station` if there is one, with those of the staff where there is a `desk`, with
    what takes sealed reports where there is a `mailbox`, and with what their readers ask where
    there is a `reading`.

    Raises:
        AssetsError: the pages were never built.
    """
    app = _Screens(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = office.upload_limit
    app.extensions["office"] = office
    app.extensions["limits"] = {
        "uploads": Limit(office.uploads_per_minute, clock=office.clock),
        "lookups": Limit(office.lookups_per_minute, clock=office.clock),
        "reports": Limit(office.reports_per_minute, clock=office.clock),
        "begun": Limit(office.lookups_per_minute, clock=office.clock),
        "codes": Limit(office.lookups_per_minute, clock=office.clock),
        "papers": Limit(office.uploads_per_minute, clock=office.clock),
    }
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"office": office, "takes_reports": _takes_reports(mailbox)})
    use_languages(app, default=office.language)
    use_assets(app, assets or Assets())
    use_headers(app, clock=office.clock, https=office.base_url.startswith("https://"))
    use_errors(app)
    for pages in (verify, trust, check, report):
        app.register_blueprint(pages)
    if station is not None:
        app.extensions["station"] = station
        for pages in (screen, scans):
            app.register_blueprint(pages)
    if desk is not None:
        use_guards(app, desk)
        use_judge(app, station.judge if station and station.reads_cards else None)
        for pages in (
            apply,
            form,
            status,
            receiving,
            complaint,
            rating,
            badge,
            coming,
            shell,
            reports,
            *_OF_THE_STAFF,
        ):
            # Without reports a poster leads nowhere.
            if pages is not posters or desk.settings.reports.enabled:
                app.register_blueprint(pages)
        if desk.settings.reports.enabled:
            _count_footfall(app, desk, clock=office.clock)
    if mailbox is not None:
        use_mailbox(app, mailbox, clock=office.clock)
        use_lapor(app, ReportPages(roots=_points(mailbox.mailroom)))
        use_unscripted(app, clock=office.clock)
        use_onion(app, mailbox.mailroom.settings.onion)
    if reading is not None:
        use_reading(app, reading)
        use_reading_pages(app, ReadingPages(roots=_points(reading.mailroom)))
    if office.trusted_proxies:
        hops = office.trusted_proxies
        # Flask's own way to put something in front of an application.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _count_footfall(app: Flask, desk: Desk, *, clock: Callable[[], int]) -> None:
    """Count who comes by posters, in the register; the pages of reports know nothing of it."""
    use_footfall(
        app,
        Footfall(areas=lambda: areas_now(desk), tell=lambda area: tell_area(desk, area)),
        per_minute=desk.settings.reports.per_minute,
        clock=clock,
    )


def _takes_reports(mailbox: Mailbox | None) -> bool:
    """Whether anybody can report here: where reports are on, and it is known who may read them."""
    return mailbox is not None and mailbox.mailroom.directory.exists()


def _points(mailroom: Mailroom) -> tuple[bytes, ...]:
    """Whose approvals of a directory of keys the pages believe."""
    return tuple(root.point for root in roots_of(mailroom.settings.holders))
