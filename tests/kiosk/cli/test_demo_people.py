"""The accounts of a demonstration let everybody in who reads the list."""

from contextlib import closing
from dataclasses import replace

import pytest

from kiosk.actions.accounts import demo_code, sign_in
from kiosk.cli.demo_people import PASSWORD, demo_accounts, told_accounts
from kiosk.domain.errors import NotPermitted
from kiosk.domain.staff import Role, conflicts
from tests.offices import Office
from tests.staffed import Clock


def test_there_is_an_account_for_each_role_and_all_let_in(office: Office) -> None:
    clock = Clock()
    workshop = office.workshop(clock)
    accounts = demo_accounts(workshop.desk)
    said = told_accounts(workshop.desk, accounts)
    clock.forward(minutes=1)

    assert {account.role for account in accounts} == set(Role)
    for account in accounts:
        assert conflicts(account.staff.grants) == []
        code = demo_code(workshop.desk, account.login)
        sign_in(workshop.desk, login=account.login, password=PASSWORD, code=code)
    workshop.close()
    assert PASSWORD in said
    assert all(account.login in said for account in accounts)
    assert accounts[0].seed in said


def test_a_real_office_tells_nobodys_code(office: Office) -> None:
    with closing(office.workshop()) as workshop:
        demo_accounts(workshop.desk)
    assert office.segel("staff", "code", "sari").stdout.strip().isdecimal()
    assert office.segel("staff", "code", "nobody").exit_code == 1

    with closing(office.workshop()) as workshop:
        settings = workshop.settings
        real = replace(settings, site=replace(settings.site, demo=False))
        with pytest.raises(NotPermitted):
            demo_code(replace(workshop.desk, settings=real), "sari")
