"""Roles, offices and deeds in words."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from kiosk.domain.staff import Grant, Office, OfficeKind, Role

__all__ = ["DEEDS", "KINDS", "ROLES", "role_words"]

ROLES = {
    Role.HELPER: _("Application helper"),
    Role.VERIFIER: _("File verifier"),
    Role.EXAMINER: _("Records examiner"),
    Role.SIGNATORY: _("Signatory"),
    Role.PRINT_ROOM: _("Print room"),
    Role.COURIER: _("Courier (Bhabinkamtibmas)"),
    Role.DUTY_OFFICER: _("Duty officer"),
    Role.COMMANDER: _("Commander"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
}
"""What each role is called."""

KINDS = {
    OfficeKind.POLDA: _("Polda"),
    OfficeKind.POLRES: _("Polres"),
    OfficeKind.POLSEK: _("Polsek"),
    OfficeKind.POST: _("Service post"),
}
"""What each kind of office is called."""

DEEDS = {
    "opened": _("opened a file"),
    "code-renewed": _("gave out a new code"),
    "proof-opened": _("opened the proof of a handover"),
    "device-added": _("let the office know a phone"),
    "device-revoked": _("revoked a phone"),
    "device-wiped": _("wiped a phone's pack"),
    "pack-taken": _("took the pack of the day"),
    "found-with": _("had a bag that stood elsewhere"),
    "signed-in": _("signed in"),
    "signed-out": _("signed out"),
    "password-changed": _("changed the password"),
    "passkey-added": _("added a passkey"),
    "passkey-removed": _("removed a passkey"),
    "enrolment-made": _("made a code to begin with"),
    "staff-added": _("added somebody"),
    "staff-left": _("noted a leaving"),
    "staff-taken-back": _("took somebody back"),
    "roles-set": _("set roles"),
    "office-added": _("added an office"),
    "office-changed": _("changed an office"),
    "office-closed": _("closed an office"),
    "journal-read": _("read the journal"),
    "incident-raised": _("raised an incident"),
    "acknowledged": _("acknowledged an incident"),
    "complaint-taken-back": _("took a complaint back"),
    "outcome-proposed": _("proposed how an incident ends"),
    "incident-closed": _("agreed how an incident ends"),
    "suspended": _("suspended a certificate"),
    "reinstated": _("put a certificate in force again"),
    "sheet-recalled": _("made a sheet void that was out"),
    "poster-printed": _("printed a poster"),
    "poster-placed": _("put a poster up"),
    "poster-inspected": _("looked at a poster"),
    "poster-removed": _("took a poster down"),
    "poster-undone": _("took back what was noted of a poster"),
    "improvement-noted": _("noted an improvement"),
    "improvement-taken-on": _("gave an improvement to somebody"),
    "improvement-done": _("called an improvement done"),
    "offered": _("offered a bag"),
    "offer-taken-back": _("took an offer back"),
    "accepted": _("took a bag"),
    "given-back": _("gave a bag back"),
    "accepted-back": _("took a bag back at the counter"),
    "bag-opened": _("opened a bag"),
    "missing": _("noted a bag as missing"),
    "found": _("noted a bag as found"),
    "shift-opened": _("opened a shift"),
    "shift-closed": _("closed a shift"),
    "shift-not-closed": _("could not close a shift"),
    "review-closed": _("looked at what a phone had said"),
    "correction-corrected": _("corrected a form"),
    "correction-declined": _("declined a correction"),
}
"""What deeds in the journal are called; a deed that is not here is shown as it is written."""


def role_words(grants: Iterable[Grant], offices: Iterable[Office]) -> list[str]:
    """Each role with the name of its office, in the order of the roles."""
    names = {office.id: office.name for office in offices}
    order = list(Role)
    held = sorted(grants, key=lambda grant: (order.index(grant.role), grant.office))
    return [f"{ROLES[grant.role]} – {names.get(grant.office, grant.office)}" for grant in held]
