"""Roles and offices in words."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from kiosk.domain.staff import Grant, Office, OfficeKind, Role

__all__ = ["KINDS", "ROLES", "role_words"]

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


def role_words(grants: Iterable[Grant], offices: Iterable[Office]) -> list[str]:
    """Each role with the name of its office, in the order of the roles."""
    names = {office.id: office.name for office in offices}
    order = list(Role)
    held = sorted(grants, key=lambda grant: (order.index(grant.role), grant.office))
    return [f"{ROLES[grant.role]} – {names.get(grant.office, grant.office)}" for grant in held]
