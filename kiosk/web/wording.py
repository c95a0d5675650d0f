"""Verdicts and the page's own words, by key, in the language of the answer.

The same sentences stand on the pages that the server fills and on the one that the browser fills:
that one gets all of them as JSON. `{name}` marks what is put in. What a check found is said by
verifier.wording; here stands what only the pages say.

    outcome.OUTCOME   the word; word.CODE where it is no certificate
    why.CODE          why, for the finding that decided; where there is none, its own sentence
    do.CODE           what to do then; where there is none, do.OUTCOME
    check.CODE        one line in the list of checks, from verifier.wording
    page.*            everything else
"""

from flask_babel import lazy_gettext as _

from kiosk.web.languages import language
from verifier.verdict import Finding, Level
from verifier.wording import sentence_of

__all__ = ["CHECKS", "WORDS", "said", "say", "sentence"]

CHECKS = (
    *("readable", "not-our-code", "malformed", "host", "other-host", "bundle", "bundle-expired"),
    *("clock-behind", "clock-wrong", "known-key", "unknown-key", "bundle-older"),
    *("signature-holds", "signature", "key-allowed", "key-withdrawn", "key-unit", "key-period"),
    *("unknown-unit", "clock", "not-withdrawn", "withdrawn", "suspended", "status-missing"),
    *("not-expired", "expired", "status-fresh", "status-old", "altered", "bound", "binding"),
    *("poster-ours", "poster-over", "poster-false"),
)
"""The codes that the browser's own checks give (docs/formats/token.md and sheet.md, "Checks")."""

WORDS = {
    # The eight outcomes.
    "outcome.genuine": _("GENUINE"),
    "outcome.genuine-as-of": _("GENUINE, status as of {date}"),
    "outcome.withdrawn": _("WITHDRAWN"),
    "outcome.suspended": _("SUSPENDED"),
    "outcome.expired": _("EXPIRED"),
    "outcome.not-genuine": _("NOT GENUINE"),
    "outcome.cannot-check": _("CANNOT BE CHECKED"),
    "outcome.other-issuer": _("SIGNED BY ANOTHER ISSUER"),
    "do.genuine": _(
        "Now compare the paper in your hand with the list below. "
        "If anything differs, the paper was changed."
    ),
    "do.genuine-as-of": _(
        "Compare the paper in your hand with the list below. "
        "To be sure that it still counts, check once more with internet."
    ),
    "do.withdrawn": _("Do not accept it. Its holder can ask at the office that issued it."),
    "do.suspended": _(
        "Do not accept it until the office is done, and ask that office. "
        "Whoever brings it may have done nothing wrong: this says nothing against the paper."
    ),
    "do.expired": _("Ask for a new certificate."),
    "do.not-genuine": _(
        "Do not accept the paper, and pay nothing. Take a photo of it and report it. "
        "Whoever brings it may be a victim, too."
    ),
    "do.cannot-check": _("This says nothing against the paper. Try again, or ask the office."),
    "do.other-issuer": _(
        "Check the file with the service of the office that signed it. We cannot speak for it."
    ),
    # Posters that lead to a report, in words of their own.
    "word.poster-ours": _("THIS POSTER IS OURS"),
    "word.poster-over": _("THE TIME OF THIS POSTER IS OVER"),
    "word.poster-false": _("THIS POSTER IS NOT OURS"),
    "do.poster-ours": _(
        "Compare number and place with the poster that hangs: a photo of it says the same. "
        "We never ask for your ID number, OTP codes, money, or to install an app."
    ),
    "do.poster-over": _("Do not use its code any more. Type our address yourself."),
    "do.poster-false": _(
        "Do not open its address, and type nothing there. Take a photo of it, leave it where it "
        "is, and report it."
    ),
    # Why, for each finding that may decide, and what to do.
    "why.status-fresh": _("Signed by {unit}. It has not been withdrawn and is still valid."),
    "why.status-old": _(
        "Signed by {unit} and still valid. Whether it was withdrawn after that time "
        "is not known on this device."
    ),
    "do.not-our-code": _("Scan the square code at the bottom of the sheet."),
    "do.clock-behind": _(
        "Set the date and time of this device to automatic, then check again. "
        "This says nothing against the paper."
    ),
    "do.clock-wrong": _(
        "Set the date and time of this device to automatic, then check again. "
        "This says nothing against the paper."
    ),
    "do.bundle-expired": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "do.bundle-older": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "do.unknown-unit": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "why.withdrawn": _("The issuing office has withdrawn this certificate. It no longer counts."),
    "why.suspended": _("The office that issued it, {unit}, is looking into this certificate."),
    "why.expired": _("It was valid until {until}."),
    "do.status-missing": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "why.trust-missing": _(
        "This page was not yet opened with internet on this device, "
        "so it does not know the keys of the office."
    ),
    "do.trust-missing": _(
        "Connect to the internet and open this page once. After that it works without, too. "
        "This says nothing against the paper."
    ),
    "why.trust-invalid": _("The list of keys that arrived is not signed by the office's root key."),
    "do.trust-invalid": _(
        "Use another network, or tell the office. This says nothing against the paper."
    ),
    "why.root-changed": _(
        "The office's root key is another one than when this device saw it first."
    ),
    "do.root-changed": _(
        "Ask the office whether it has a new root key. If it has, delete what this browser keeps "
        "of this site. This says nothing against the paper."
    ),
    "why.browser-too-old": _("This browser is too old to check signatures."),
    "do.browser-too-old": _(
        "Use another browser or device, or type number and code. "
        "This says nothing against the paper."
    ),
    "why.page-failed": _("Something went wrong in this page."),
    # A picture, checked by the server.
    "do.no-code": _(
        "Take the photo from above, in good light, with the whole QR code in it, and try again. "
        "This says nothing against the paper."
    ),
    # The certificate's fields.
    "page.days-left": _("{days} days left"),
    "page.last-day": _("last day today"),
    "page.result-0": _("none"),
    "page.result-1": _("there is one – read the sheet"),
    "page.nik-short": _("{left} digits to go"),
    "page.nik-match": _(
        "FITS. The NIK on the paper goes with this code. "
        "(A wrong NIK would fit by chance once in a thousand.)"
    ),
    "page.nik-differs": _(
        "DOES NOT FIT. The NIK on the paper does not go with this code: check your typing. "
        "If it is right, the paper was changed: do not accept it."
    ),
    # How old the lists are.
    "page.list-of": _("List of withdrawals of {date} ({ago})"),
    "page.list-none": _(
        "No list on this device yet. Open this page once with internet; then it works without, too."
    ),
    "page.list-offline": _("No internet now: this device uses the list it has kept."),
    "page.ago-now": _("just now"),
    "page.ago-minutes": _("{count} minutes ago"),
    "page.ago-hours": _("{count} hours ago"),
    "page.ago-days": _("{count} days ago"),
    "page.checked-at": _("Checked on {date}"),
    # The camera.
    "page.camera-starting": _("Starting the camera…"),
    "page.camera-aim": _("Hold the QR code inside the frame."),
    "page.camera-still": _(
        "Not found yet. Hold the sheet flat, 30 to 40 cm from the camera, and keep still."
    ),
    "page.camera-dark": _("Too dark. Turn on a light."),
    "page.camera-bright": _("Too bright. Avoid glare on the paper."),
    "page.camera-other-code": _("This is another QR code. Look for the one on the SKCK sheet."),
    "page.camera-denied": _(
        "The camera is not allowed. Allow it in the settings of the browser, or upload a photo."
    ),
    "page.camera-none": _("No camera was found. Upload a photo instead."),
    "page.camera-busy": _("The camera is used by another app. Close that app and try again."),
    "page.camera-insecure": _(
        "The camera only works on a secure address (https). Upload a photo instead."
    ),
    "page.camera-failed": _("The camera does not work. Upload a photo instead."),
    "page.camera-unloaded": _(
        "The reader for pictures could not be loaded. Connect to the internet and try again."
    ),
    "page.torch-on": _("Turn on the light"),
    "page.torch-off": _("Turn off the light"),
    # Files.
    "page.reading": _("Reading the picture on this device…"),
    "page.picture-none": _("No QR code was found in this picture on your device."),
    "page.picture-unreadable": _("This picture cannot be opened. Choose a JPG or PNG photo."),
    "page.picture-huge": _("This picture is too large. Take a smaller photo."),
    "page.file-large": _("This file is too large. At most {megabytes} MB."),
    "page.sending": _("Sending… {percent}%"),
    "page.waiting": _("The server is checking…"),
    "page.offline": _("There is no internet now. Try again later."),
    "page.server-failed": _("The server did not answer properly. Try again later."),
    "page.text-none": _("There is no code in this text. Paste all of the QR code's text."),
}


# The browser puts the values in.
_MARKS = {name: f"{{{name}}}" for name in ("host", "number", "place", "unit", "printed", "until")}


def say(key: str, **values: object) -> str:
    """The sentence `key`, with `values` put in."""
    return str(WORDS[key]).format(**values)


def sentence(finding: Finding) -> str:
    """What a check found, in a sentence."""
    return sentence_of(finding, language())


def said() -> dict[str, str]:
    """Every sentence by its key, as the browser gets them."""
    return {key: str(words) for key, words in WORDS.items()} | {
        f"check.{code}": sentence(Finding(number=0, code=code, level=Level.PASSED, values=_MARKS))
        for code in CHECKS
    }
