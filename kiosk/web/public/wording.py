"""Verdicts, findings and the page's own words, by key, in the language of the answer.

The same sentences stand on the pages that the server fills and on the one that the browser fills:
that one gets all of WORDS as JSON. `{name}` marks what is put in.

    outcome.OUTCOME   the word
    why.CODE          why, for the finding that decided
    do.CODE           what to do then; where there is none, do.OUTCOME
    check.CODE        one line in the list of checks
    page.*            everything else
"""

from flask_babel import lazy_gettext as _

__all__ = ["WORDS", "said", "say"]

WORDS = {
    # The seven outcomes.
    "outcome.genuine": _("GENUINE"),
    "outcome.genuine-as-of": _("GENUINE, status as of {date}"),
    "outcome.withdrawn": _("WITHDRAWN"),
    "outcome.expired": _("EXPIRED"),
    "outcome.not-genuine": _("NOT GENUINE"),
    "outcome.cannot-check": _("CANNOT BE CHECKED"),
    "outcome.other-issuer": _("SIGNED BY SOMEBODY ELSE"),
    "do.genuine": _(
        "Now compare the paper in your hand with the list below. "
        "If anything differs, the paper was changed."
    ),
    "do.genuine-as-of": _(
        "Compare the paper in your hand with the list below. "
        "To be sure that it still counts, check once more with internet."
    ),
    "do.withdrawn": _("Do not accept it. Its holder can ask at the office that issued it."),
    "do.expired": _("Ask for a new certificate."),
    "do.not-genuine": _(
        "Do not accept the paper, and pay nothing. Take a photo of it and report it below."
    ),
    "do.cannot-check": _("This says nothing against the paper. Try again, or ask the office."),
    "do.other-issuer": _(
        "Check the file with the service of the office that signed it. We cannot speak for it."
    ),
    # Why, for each finding that may decide, and what to do.
    "why.status-fresh": _("Signed by {unit}. It has not been withdrawn and is still valid."),
    "why.status-old": _(
        "Signed by {unit} and still valid. Whether it was withdrawn after {date} "
        "is not known on this device."
    ),
    "why.not-our-code": _("This is not the QR code of a police record certificate (SKCK)."),
    "do.not-our-code": _("Scan the square code at the bottom of the sheet."),
    "why.malformed": _("This code was not made by the issuing office, or it was changed."),
    "why.clock-behind": _("The clock of this device is behind."),
    "do.clock-behind": _(
        "Set the date and time of this device to automatic, then check again. "
        "This says nothing against the paper."
    ),
    "why.clock-wrong": _("The clock of this device is wrong by more than ten minutes."),
    "do.clock-wrong": _(
        "Set the date and time of this device to automatic, then check again. "
        "This says nothing against the paper."
    ),
    "why.bundle-expired": _("The list of keys on this device is too old."),
    "do.bundle-expired": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "why.bundle-older": _("The list of keys on this device may be older than this certificate."),
    "do.bundle-older": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "why.unknown-key": _("It was signed with a key that does not belong to the issuing office."),
    "why.signature": _("The signature does not fit what the code says: something was changed."),
    "why.key-withdrawn": _(
        "The key that signed it was withdrawn. Nothing that it ever signed counts any more."
    ),
    "why.key-unit": _("It was signed with a key that may not sign for this unit."),
    "why.key-period": _("It was signed with a key outside the time in which it may sign."),
    "why.unknown-unit": _("The list on this device does not know the unit that issued it."),
    "do.unknown-unit": _(
        "Open this page with internet, then check again. This says nothing against the paper."
    ),
    "why.withdrawn": _("The issuing office has withdrawn this certificate. It no longer counts."),
    "why.expired": _("It was valid until {until}."),
    "why.status-missing": _("This device has no list of withdrawals for this certificate."),
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
        "Ask the office whether it has a new root key. This says nothing against the paper."
    ),
    "why.browser-too-old": _("This browser is too old to check signatures."),
    "do.browser-too-old": _(
        "Use another browser or device, or type number and code. "
        "This says nothing against the paper."
    ),
    "why.page-failed": _("Something went wrong in this page."),
    # Files, checked by the server.
    "why.not-our-form": _("This PDF was not made by the issuing office."),
    "why.altered": _("This PDF is not the file that was issued: something in it was changed."),
    "why.qr-drawing": _("The QR code in this PDF is not drawn as the office draws it."),
    "why.qr-differs": _("The QR code in this PDF says something else than its text."),
    "why.binding": _("The QR code in this PDF belongs to another file."),
    "why.file-signature": _("The signature of this PDF does not hold."),
    "why.no-code": _("No QR code could be read in this picture."),
    "do.no-code": _(
        "Take the photo from above, in good light, with the whole QR code in it, and try again. "
        "This says nothing against the paper."
    ),
    "why.other-issuer": _("This PDF bears the signature of somebody else."),
    # The list of checks.
    "check.readable": _("The code has the form of our certificates."),
    "check.not-our-code": _("The code does not have the form of our certificates."),
    "check.malformed": _("The code has our form, but is not written as the office writes it."),
    "check.host": _("The code leads to the office's own site."),
    "check.other-host": _("The code leads to another site: {host}"),
    "check.bundle": _("The keys on this device are recent enough."),
    "check.clock-behind": _("The clock of this device is behind."),
    "check.clock-wrong": _("The clock of this device differs from the office's."),
    "check.bundle-expired": _("The keys on this device are too old."),
    "check.known-key": _("A key of the office is named as signer."),
    "check.unknown-key": _("The key that is named as signer is not the office's."),
    "check.bundle-older": _("The key that is named as signer may be newer than the list here."),
    "check.signature-holds": _("The signature holds."),
    "check.signature": _("The signature does not hold."),
    "check.key-allowed": _("The key may sign for this unit and at this time."),
    "check.key-withdrawn": _("The key was withdrawn."),
    "check.key-unit": _("The key may not sign for this unit."),
    "check.key-period": _("The key could not sign at this time."),
    "check.unknown-unit": _("The issuing unit is not known here."),
    "check.clock": _("It was not issued in the future."),
    "check.not-withdrawn": _("It was not withdrawn."),
    "check.withdrawn": _("It was withdrawn."),
    "check.status-missing": _("There is no list of withdrawals for it here."),
    "check.not-expired": _("It is still valid."),
    "check.expired": _("It is no longer valid."),
    "check.status-fresh": _("The list of withdrawals is recent."),
    "check.status-old": _("The list of withdrawals is not recent."),
    "check.trust-missing": _("There is no list of keys on this device."),
    "check.trust-invalid": _("The list of keys is not signed by the root key."),
    "check.root-changed": _("The root key is another one than before."),
    "check.browser-too-old": _("This browser cannot check signatures."),
    "check.page-failed": _("The check was broken off."),
    "check.form": _("The PDF begins as the office's form."),
    "check.not-our-form": _("The PDF does not begin as the office's form."),
    "check.pieces": _("All parts of the PDF stand where the office puts them."),
    "check.altered": _("The PDF differs from the file that was issued."),
    "check.qr": _("The QR code is drawn as the office draws it."),
    "check.qr-drawing": _("The QR code is not drawn as the office draws it."),
    "check.qr-agrees": _("QR code and text say the same."),
    "check.qr-differs": _("QR code and text differ."),
    "check.same-file": _("Drawn anew, the file is the same, byte for byte."),
    "check.bound": _("The QR code belongs to this very file."),
    "check.binding": _("The QR code belongs to another file."),
    "check.file-signer": _("The PDF is signed with the office's certificate."),
    "check.file-signature-holds": _("The signature of the PDF holds."),
    "check.file-signature": _("The signature of the PDF does not hold."),
    "check.time-stamp": _("A time stamp by a third party says when it was signed."),
    "check.time-stamp-unknown": _("The time stamp is by an authority that is not known here."),
    "check.time-stamp-missing": _("The time stamp was taken out."),
    "check.time-stamp-other": _("The time stamp is not one of this signature."),
    "check.no-code": _("No QR code was found in the picture."),
    "check.other": _("Check {code}"),
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
    "page.checking": _("Checking…"),
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
    "page.file-kind": _("Choose a photo (JPG, PNG, WebP) or a PDF."),
    "page.sending": _("Sending… {percent}%"),
    "page.waiting": _("The server is checking…"),
    "page.offline": _("There is no internet now. Try again later."),
    "page.server-failed": _("The server did not answer properly. Try again later."),
    "page.text-none": _("There is no code in this text. Paste all of the QR code's text."),
}


def say(key: str, **values: object) -> str:
    """The sentence `key`, with `values` put in."""
    return str(WORDS[key]).format(**values)


def said() -> dict[str, str]:
    """Every sentence by its key, as the browser gets them."""
    return {key: str(sentence) for key, sentence in WORDS.items()}
