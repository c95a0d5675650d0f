"""The pages of sealed reports: the form, and reading the answers. Browsers seal everything.

They take nothing in, set no cookie, know no office but this one's keys, and link to no page of
certificates. Where scripts run, nothing is ever sent unsealed; where they do not, the pages lead to
those of kiosk.web.public.unscripted.
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from kiosk.actions.deeds import last_published
from kiosk.domain.cases import MOST_FILES, MOST_PICKED, MOST_PICKED_BYTES
from kiosk.web.assets import the_assets
from kiosk.web.headers import REPORT_POLICY
from kiosk.web.languages import localized_url
from kiosk.web.public.mailbox import the_mailbox
from kiosk.web.public.office import the_office

__all__ = ["AWAY", "ReportPages", "lapor", "the_log", "use_lapor", "words_of_reply"]

AWAY = "https://www.bmkg.go.id/"
"""Where the quick way out leads: a page about the weather."""
FILES = "files"

lapor = Blueprint("lapor", __name__)


@dataclass(frozen=True, kw_only=True)
class ReportPages:
    """What these pages are installed with.

    `roots` are the points of the holders whose approvals make a key directory count
    (signing.directory).
    """

    roots: tuple[bytes, ...]


def use_lapor(app: Flask, pages: ReportPages) -> None:
    """Make `app` show the pages of sealed reports; without this there are none."""
    app.extensions["lapor"] = pages
    app.register_blueprint(lapor)


@lapor.get("/l")
@lapor.get("/lapor")
def show_form() -> str:
    """The form; from a poster, whose text stays in the browser."""
    return _page("public/lapor/form.html", _words_of_form())


@lapor.get("/lapor/kiosk")
def show_notice() -> str:
    """A sheet to be printed and hung beside a kiosk that stands inside a police office."""
    address = the_office().base_url + localized_url("lapor.show_form")
    return render_template("public/lapor/notice.html", kiosk={}, away=AWAY, address=address)


@lapor.get("/lapor/balas")
def show_reply() -> str:
    """Where the answers are read, by the code."""
    return _page("public/lapor/reply.html", words_of_reply(), log=the_log())


def the_log() -> tuple[str, str] | None:
    """The head of the reports' log that was published last, and its day in words; None if none."""
    found = last_published(the_mailbox().mailroom)
    if found is None:
        return None
    day, head = found
    return format_date(day, "long", rebase=False), head.hex()


@lapor.after_request
def _let_scripts_make_keys(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    response.headers["Permissions-Policy"] = (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )
    if "kiosk" in request.args:
        # Never "storage": a reader's key may lie there, in a browser that was lured to this page.
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(template: str, words: dict[str, str], **more: object) -> str:
    pages: ReportPages = current_app.extensions["lapor"]
    files = {
        "script": the_assets().url("lapor-files.js"),
        "most": MOST_PICKED,
        "bytes": MOST_PICKED_BYTES,
        "slots": MOST_FILES,
    }
    # A kiosk shows nobody a dialog for files, unless it was made for that.
    kiosk = {name: value for name, value in request.args.items() if name == "kiosk"}
    setup = {
        "roots": [root.hex() for root in pages.roots],
        "files": files if kiosk.get("kiosk", FILES) == FILES else None,
        "work": the_assets().url("work.js"),
        "kiosk": bool(kiosk),
    }
    return render_template(
        template,
        setup=setup,
        kiosk=kiosk,
        words=words | _words_of_both(),
        away=AWAY,
        address=the_office().base_url + localized_url("lapor.show_reply"),
        unscripted="unscripted" in current_app.blueprints,
        **more,
    )


def _words_of_both() -> dict[str, str]:
    return {
        "traces.nik": _("There are 16 digits here, like a NIK. If it is yours, it names you."),
        "traces.phone": _("There is a telephone number here. If it is yours, it names you."),
        "traces.mail": _("There is an e-mail address here. If it is yours, it names you."),
        "traces.only-me": _(
            "“Only I know”: whoever knows that, too, then knows that it was you. "
            "Write it so that others could have seen it."
        ),
        "traces.name": _("Your name stands here. Leave it out unless everybody may know it."),
        "traces.kin": _("Your family, your house, your car: that can give you away."),
        "traces.colleague": _("This says that you serve there, or under whom. Few people do."),
        "kiosk.idle": _("Is somebody still here? In {count} seconds everything is wiped away."),
        "report.offline": _("There is no connection."),
        "report.busy": _("The server is busy. Wait a moment, then try again."),
        "report.refused": _("The server did not take it."),
        "report.failed": _("This browser could not do it. Nothing left it unlocked."),
        "report.progress-sending": _("Sending it, locked…"),
        "report.progress-files": _("Sending the files, locked…"),
        "report.file-gone": _("A file can no longer be read. It was altered or moved."),
        "report.file-differs": _("A file did not arrive as it was sent."),
        "files.too-many": _("That is one too many: at most {most} files."),
        "files.too-much": _("That is too much: together at most {most} MB."),
        "files.kind": _("“{name}” cannot be sent: only photos, PDF, video and sound."),
        "files.busy": _("Wait until the pictures are cleaned."),
        "files.cleaning": _("Cleaning the picture…"),
        "files.cleaned": _(
            "Cleaned: place, time and device are no longer in the file. "
            "What the picture itself shows stays."
        ),
        "files.not-cleaned": _(
            "Not cleaned: the file may say who made it, when and where. "
            "Leave it out if that can give you away."
        ),
        "files.keep-original": _("Add the original as evidence"),
        "files.original": _(
            "The original may say who took it, when and where. It is locked like a name: two "
            "custodians of the police and one from outside must agree to open it. "
            "Those who handle the report see the cleaned picture only."
        ),
        "files.remove": _("Take away"),
        "files.remove-one": _("Take away {name}"),
    }


def _words_of_form() -> dict[str, str]:
    return {
        "report.step": _("Question {step} of {count}"),
        "report.choose": _("Choose one, please."),
        "report.story-short": _("Write a little more, so that somebody can look into it."),
        "report.story-long": _("This is too long. Shorten it, please."),
        "report.name-missing": _("Write your name, or go back and report anonymously."),
        "report.name-long": _("This is too long. Shorten it, please."),
        "report.again-wrong": _("That is not right. Look at your code once more."),
        "report.poster": _("The poster names {unit}. Choose another one if it is not that one."),
        "report.from": _(
            "Also say in the report that a poster in {area} led me here. Not which one."
        ),
        "report.readers": _("It is read by {unit} ({count} people)."),
        "report.excluded": _("It cannot be read by {units}."),
        "report.readers-changed": _(
            "Meanwhile others may read it than a moment ago. Nothing was sent. "
            "Look who, then go on."
        ),
        "report.urgency-1": _("It is looked at on the same day."),
        "report.urgency-2": _("It is looked at on the next working day."),
        "report.urgency-3": _("It is looked at within three working days."),
        "report.mode": _("How"),
        "report.kind": _("What about"),
        "report.duty": _("On duty"),
        "report.when": _("When"),
        "report.where": _("Where it happened"),
        "report.who": _("Who"),
        "report.unit": _("Unit"),
        "report.story": _("What happened"),
        "report.files": _("Files"),
        "report.files-arrived": _("All files have arrived, whole."),
        "report.files-missing": _("Of {count} files {arrived} have arrived."),
        "report.unknown": _("not said"),
        "report.progress-keys": _("Making your keys from the code. This takes some seconds…"),
        "report.progress-sealing": _("Locking the report…"),
        "report.progress-work": _(
            "Many reports are coming in. Your device does a sum, so that nobody can flood us "
            "by machine. This takes some seconds…"
        ),
        "report.progress-waiting": _(
            "Many people write just now. It is soon your turn. Leave this page open…"
        ),
        "report.nobody": _("Nobody is left who may read this and is not concerned."),
        "report.keys-wrong": _(
            "The list of those who may read reports is not signed as it must be. "
            "Nothing was sent. Try again on another day, or another way."
        ),
    }


def words_of_reply() -> dict[str, str]:
    """What is said of answers, by code; the fields in braces are for the script to fill."""
    return {
        "reply.wait": _("Opening. This takes some seconds…"),
        "reply.unknown": _(
            "There is no report with this code. Some time after it was closed, a report is deleted."
        ),
        "reply.length": _("A code has eight words, or 18 letters and digits."),
        "reply.word": _("Word {place}, “{typed}”, is in no code."),
        "reply.character": _("Character {place}, “{typed}”, is in no code."),
        "reply.check": _("Something in the code is mistyped, or two words changed places."),
        "reply.nothing": _("Write something first."),
        "reply.more": _("A new message has come meanwhile. Read it, then send yours."),
        "reply.sent": _("Sent."),
        "reply.files-again": _("Your message has arrived, its files not yet. Press again."),
        "reply.file-arrived": _("File: {name}"),
        "reply.file-missing": _("File that did not arrive whole: {name}"),
        "files.picture": _("picture"),
        "reply.from-office": _("Office"),
        "reply.from-you": _("You"),
        "reply.shut": _("This message does not open."),
        "reply.opening-since": _("Asked for on {day}."),
        "reply.opening-by": _("It is {unit} that asks."),
        "reply.opening-asked": _("The custodians have not decided yet."),
        "reply.opening-waiting": _(
            "Two custodians and one from outside agreed on {day}. It waits."
        ),
        "reply.opening-released": _("It was opened on {day}, for the one who asked."),
        "reply.opening-refused": _("It was refused on {day}. Nobody learned who you are."),
        "reply.opening-stopped": _("It was given up on {day}. Nobody learned who you are."),
        "reply.opening-objected": _("You objected. Now all custodians must agree."),
        "reply.opening-no-reason": _("No reason for it can be read. Ask for one, or object."),
        "reply.object": _("I object"),
        "reply.state-received": _("Received. Nobody has opened it yet."),
        "reply.state-opened": _("Opened. Somebody is looking who should handle it."),
        "reply.state-assigned": _("Somebody is working on it."),
        "reply.state-answered": _("Answered. We wait for you, if you want to write."),
        "reply.state-closed": _("Closed. If you write, it is opened again."),
        "reply.state-reopened": _("Opened again, because you wrote."),
        "reply.state-routed": _("Passed on to another unit. Nobody there has opened it yet."),
        "reply.state-set-aside": _(
            "Set aside: it looked like no report, or like one sent many times. "
            "If it is one, write: then it is looked at again."
        ),
        "reply.due": _("The office takes the next step by {day}."),
        "reply.due-late": _("The next step was due on {day}. It is late."),
        "reply.due-none": _("No step of the office is due."),
    }
