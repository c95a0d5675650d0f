"""The invented offices and staff of `segel demo`: one account for each role."""

import secrets
from base64 import b32encode
from dataclasses import dataclass

from kiosk.actions.accounts import demo_code, enrol, new_enrolment, open_enrolment
from kiosk.actions.desk import Desk
from kiosk.actions.staff import add_office, add_staff
from kiosk.domain.staff import Grant, OfficeKind, Role, Staff
from printer.codes import write_code

__all__ = ["PASSWORD", "DemoAccount", "demo_accounts", "told_accounts"]

PASSWORD = "surat baik sampai rumah"  # noqa: S105 -- known to everybody, at demonstrations only
_SEED_BYTES = 20
_TREE = (
    ("polda", OfficeKind.POLDA, "Polda Contoh", None),
    ("polres", OfficeKind.POLRES, "Polres Contoh", "polda"),
    ("polsek", OfficeKind.POLSEK, "Polsek Contoh Timur", "polres"),
    ("post", OfficeKind.POST, "Balai Desa Contoh Jaya", "polsek"),
)
# Role, login, name, office. "Has a record" wants a second examiner, and a shift a second courier.
_PEOPLE = (
    (Role.HELPER, "wayan", "Wayan Contoh", "post"),
    (Role.VERIFIER, "sari", "Sari Contoh", "polres"),
    (Role.EXAMINER, "ujang", "Ujang Contoh", "polres"),
    (Role.EXAMINER, "rina", "Rina Contoh", "polres"),
    (Role.SIGNATORY, "siti", "Siti Contoh", "polres"),
    (Role.PRINT_ROOM, "made", "Made Contoh", "polres"),
    (Role.PRINT_ROOM, "yusuf", "Yusuf Contoh", "polres"),
    (Role.COURIER, "bambang", "Bambang Contoh", "polres"),
    (Role.COURIER, "nengah", "Nengah Contoh", "polsek"),
    (Role.DUTY_OFFICER, "dewi", "Dewi Contoh", "polres"),
    (Role.COMMANDER, "tono", "Tono Contoh", "polres"),
    (Role.AUDITOR, "agus", "Agus Contoh", "polda"),
    (Role.ADMINISTRATOR, "ani", "Ani Contoh", "polda"),
)


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """An account that everybody may use; `address` is what its authenticator app scans."""

    staff: Staff
    role: Role
    password: str
    seed: str
    address: str

    @property
    def login(self) -> str:
        """What to type first."""
        return self.staff.login


def demo_accounts(desk: Desk) -> list[DemoAccount]:
    """Add a tree of offices and one account or two for each role, to a register without any.

    One authenticator app serves all of them: they share its seed.
    """
    offices: dict[str, int] = {}
    for short, kind, name, above in _TREE:
        offices[short] = add_office(
            desk,
            by=None,
            kind=kind,
            name=name,
            above=offices[above] if above else None,
            unit=desk.settings.site.unit if short == "polres" else None,
        ).id
    seed = b32encode(secrets.token_bytes(_SEED_BYTES)).decode()
    return [_account(desk, person, offices[person[3]], seed) for person in _PEOPLE]


def told_accounts(desk: Desk, accounts: list[DemoAccount]) -> str:
    """The list of accounts to be printed, and how to get a code."""
    first = accounts[0]
    roles = "\n".join(f"  {account.login:<10} {account.role}" for account in accounts)
    return f"""
Sign in at {desk.settings.site.url}/sign-in, everybody with the password: {PASSWORD}
Scan this with an authenticator app, or type the key; once, for all of them:

{write_code(first.address)}

  {first.seed}

Or let the machine be the app:  segel --site {desk.settings.folder} staff code LOGIN

{roles}
"""


def _account(desk: Desk, person: tuple[Role, str, str, str], office: int, seed: str) -> DemoAccount:
    role, login, name, _short = person
    staff = add_staff(
        desk,
        by=None,
        login=login,
        name=name,
        service_number="" if role is Role.HELPER else f"9999{_PEOPLE.index(person):04d}",
        office=office,
        grants=[Grant(role=role, office=office)],
    )
    code = new_enrolment(desk, staff.id, by=None, seed=seed)
    address = open_enrolment(desk, login=login, code=code).address
    app_code = demo_code(desk, login)
    enrol(desk, login=login, code=code, password=PASSWORD, app_code=app_code)
    return DemoAccount(staff=staff, role=role, password=PASSWORD, seed=seed, address=address)
