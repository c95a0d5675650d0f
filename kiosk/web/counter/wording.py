"""Stages, fields, papers and reasons, in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from kiosk.domain.applications import PublicStep, Stage
from kiosk.domain.desks import Queue
from kiosk.domain.prints import JobStage, Spoilt
from printer.spool import Trouble

__all__ = [
    "CHECKS",
    "CHOICES",
    "DECLARED",
    "DONE",
    "FAULTS",
    "FIELDS",
    "JOBS",
    "NEXT",
    "PAPERS",
    "QUEUES",
    "REASONS",
    "REFUSALS",
    "SPOILT",
    "STAGES",
    "STEPS",
    "TROUBLES",
]

QUEUES: Mapping[Queue, str] = {
    Queue.CHECK: _("Check papers"),
    Queue.FINGERPRINTS: _("Fingerprints"),
    Queue.PAY: _("Not paid yet"),
    Queue.EXAMINE: _("Examine"),
    Queue.COORDINATE: _("Asked elsewhere"),
    Queue.CONFIRM: _("Confirm"),
    Queue.APPROVE: _("Approve"),
    Queue.PRINT: _("Print"),
    Queue.SIGN: _("Sign"),
    Queue.SEAL: _("Seal"),
    Queue.COLLECT: _("Hand out"),
}
"""What each queue is called."""

STAGES: Mapping[Stage, str] = {
    Stage.AWAITING_PAYMENT: _("Waits for payment"),
    Stage.PAYMENT_LAPSED: _("Payment has lapsed"),
    Stage.CHECKING: _("Papers are to be checked"),
    Stage.RETURNED: _("Sent back to the applicant"),
    Stage.REFUSED: _("Refused"),
    Stage.FINGERPRINTS: _("Fingerprints are to be taken"),
    Stage.EXAMINING: _("To be examined"),
    Stage.COORDINATING: _("Others are being asked"),
    Stage.CONFIRMING: _("A second person is to confirm"),
    Stage.APPROVING: _("To be approved"),
    Stage.PRINTING: _("To be printed"),
    Stage.SIGNING: _("To be signed"),
    Stage.AT_COUNTER: _("Waits at the counter"),
    Stage.TO_SEAL: _("To be sealed"),
    Stage.SEALED: _("Sealed in a bag"),
    Stage.HANDED_OVER: _("Handed over"),
    Stage.CANCELLED: _("Cancelled by the applicant"),
}
"""Where a file stands, for the desk that has it."""

STEPS: Mapping[PublicStep, str] = {PublicStep.EXAMINED: _("Being examined")}
"""What everybody else is told of the examination."""

CHECKS: Mapping[str, str] = {
    "name": _("Name"),
    "nik": _("NIK"),
    "birth": _("Birth"),
    "sex": _("Sex"),
    "religion": _("Religion"),
    "nationality": _("Nationality"),
    "address": _("Address"),
    "occupation": _("Work"),
    "purpose": _("Purpose"),
    "photo": _("Photo"),
    "papers": _("Papers"),
}
"""The fields that a verifier ticks."""

PAPERS: Mapping[str, str] = {
    "photo": _("Photo"),
    "ktp": _("KTP"),
    "school": _("School card"),
    "kk": _("KK"),
    "birth": _("Birth certificate"),
    "jkn": _("JKN/BPJS"),
    "passport": _("Passport"),
    "letter": _("Letter of the village"),
    "old-skck": _("Old SKCK"),
    "fingerprints": _("Fingerprint card"),
    "other": _("Other paper"),
}
"""The kinds of papers."""

FIELDS: Mapping[str, str] = {
    "name": _("Full name"),
    "alias": _("Alias"),
    "birth_place": _("Place of birth"),
    "sex": _("Sex"),
    "religion": _("Religion"),
    "occupation": _("Work"),
    "street": _("Street and house number, or hamlet"),
    "rt": _("RT"),
    "rw": _("RW"),
    "village": _("Village (desa/kelurahan)"),
    "district": _("District (kecamatan)"),
    "regency": _("City or regency"),
    "passport_number": _("Passport"),
    "destination": _("Destination"),
}
"""The fields that may be corrected where the applicant asks for it."""

CHOICES: Mapping[str, str] = {
    "L": _("Male"),
    "P": _("Female"),
    "islam": _("Islam"),
    "protestant": _("Protestant"),
    "catholic": _("Catholic"),
    "hindu": _("Hindu"),
    "buddhist": _("Buddhist"),
    "confucian": _("Confucian"),
    "belief": _("Belief in God (kepercayaan)"),
}
"""What was chosen, where it is no word of its own."""

DECLARED: Mapping[str, str] = {
    "cases": _("Ever in a criminal case?"),
    "cases_what": _("What was it about?"),
    "cases_when": _("When was it?"),
    "cases_sentence": _("What was the sentence?"),
    "running": _("In a case now?"),
    "running_what": _("What is it about?"),
    "running_stage": _("How far is it?"),
    "violations": _("Ever broken rules?"),
    "violations_what": _("What was it?"),
}
"""What the applicant answered alone."""

REASONS: Mapping[str, str] = {
    "unreadable": _("It cannot be read. Take the photo again in good light."),
    "differs": _("It is not the same as on your papers. Write it as it stands there."),
    "incomplete": _("Something is missing."),
    "expired": _("The paper is no longer valid. Send a newer one."),
    "wrong-paper": _("This is another paper than the one we need."),
    "wrong-background": _("The wall behind you must be red."),
    "not-you": _("The face cannot be seen well."),
    "other": _("Please look at this once more."),
}
"""Why a field is sent back: the very sentence that the applicant reads."""

REFUSALS: Mapping[str, str] = {
    "not-here": _("Another office makes this certificate. Please apply there."),
    "not-resident": _("You live in the area of another office. Please apply there."),
    "twice": _("You have another application for the same purpose. Please go on with that one."),
    "not-possible": _("This certificate cannot be made from these papers."),
}
"""Why an application is refused: the very sentence that the applicant reads."""

SPOILT: Mapping[Spoilt, str] = {
    Spoilt.JAM: _("Jammed in the printer"),
    Spoilt.MISPRINT: _("Badly printed"),
    Spoilt.TORN: _("Torn or dirty"),
    Spoilt.WRONG_SHEET: _("Another serial was in the printer"),
    Spoilt.WRONG_CONTENT: _("Something on it is wrong: withdraw the certificate"),
    Spoilt.LOST: _("Cannot be found"),
    Spoilt.NOT_WANTED: _("Not wanted any more"),
}
"""Why a sheet is void."""

JOBS: Mapping[JobStage, str] = {
    JobStage.WANTED: _("Waits for the printer. It goes out by itself."),
    JobStage.SENDING: _("Is being sent to the printer."),
    JobStage.SENT: _("Is with the printer."),
    JobStage.PRINTED: _("The printer says that it came out."),
    JobStage.UNKNOWN: _("Nobody knows whether it came out. Look at the printer."),
    JobStage.GOOD: _("Came out, and is good."),
    JobStage.SPOILT: _("Void."),
}
"""Where a print job stands."""

TROUBLES: Mapping[Trouble, str] = {
    Trouble.PAPER: _("No paper in the printer"),
    Trouble.JAM: _("Paper is jammed"),
    Trouble.OPEN: _("A flap is open"),
    Trouble.TONER: _("No toner"),
    Trouble.PAUSED: _("The queue is paused"),
    Trouble.OFFLINE: _("The printer does not answer"),
}
"""What keeps a job waiting."""

NEXT: Mapping[str, str] = {
    "check": _("Tick each field once you have compared it with the papers."),
    "fingerprints": _("Take the fingerprints, or find the card."),
    "fee": _("The fee is taken here, against a receipt; never at a door."),
    "examine": _("Type what the police records say."),
    "confirm": _("Look at the record yourself: is it this person?"),
    "approve": _("Approve it, or have it examined anew."),
    "print": _("Put one sheet by hand into the printer, and name its serial."),
    "sign": _("Sign and stamp the sheet, then say so here."),
    "seal": _("Two people: one puts the sheet into a bag, the other looks and confirms."),
    "hand-out": _("See the identity card, then hand the sheet out."),
}
"""What is to be done at each desk."""

DONE: Mapping[str, str] = {
    "checked": _("Checked. The file went on."),
    "sent-back": _("Sent back. The applicant is told why."),
    "refused": _("Refused. The applicant is told why."),
    "photo": _("The photo is in the file."),
    "fee": _("Paid. Give the receipt."),
    "fingerprints": _("The fingerprints are on file. The file went on."),
    "examination": _("Written down. The file went on."),
    "approved": _("Approved. It is printed next."),
    "print": _("The print job is in the ledger."),
    "good": _("The sheet is good. It is signed next."),
    "void": _("The sheet is void. Take a new one."),
    "again": _("It is printed once more, and that is written down."),
    "signed": _("Signed."),
    "in-bag": _("In the bag. A second person confirms it at his or her own screen."),
    "out-of-bag": _("Out of the bag again."),
    "sealed": _("Sealed by two people."),
    "handed-out": _("Handed out."),
    "received": _("The sheets are in the pile."),
    "counted": _("What you counted is in the report."),
    "corrected": _("Corrected. The applicant is told."),
    "declined": _("It stays as it is. The applicant is told why."),
    "cancelled-as-wished": _("Cancelled, as its applicant asked."),
}
"""What was done, said on the next page."""

FAULTS: Mapping[str, str] = {
    "not-checked": _("This is not ticked yet."),
    "no-reason": _("Say for at least one field what is wrong with it."),
    "empty": _("Write a sentence for the applicant."),
    "too-long": _("This is too long."),
    "needed": _("Type what the sheet is to say of the record."),
    "not-wanted": _("Without a record nothing is written here."),
    "forbidden-character": _("A sign in it cannot be printed."),
    "serial": _("That is no serial."),
    "count": _("Type how many sheets, from 1 to 100000."),
    "not-received": _("This office has not received this sheet. Look at its serial again."),
    "received-before": _("Some of these sheets were received before."),
    "bag": _("Type the number on the bag."),
    "bag-used": _("A bag of this number was used before. Take another bag."),
    "wish-open": _("The applicant asks for a correction. A verifier answers that first."),
    "unchanged": _("Nothing is changed. Correct a field, or decline."),
    "receipt": _("Type the number of the receipt."),
    "not-digits": _("Type a whole number."),
    "not-chosen": _("Choose one."),
    "does-not-fit": _("A text is too long for the sheet."),
    "photo-missing": _("There is no photo yet. Add one below."),
}
"""What is wrong with what was typed, by code."""
