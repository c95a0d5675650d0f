"""Publishing: bundles are renewed in time, and a later list is never replaced by an earlier one."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.actions.certificates import issue_all, prepare, withdraw
from kiosk.actions.desk import Desk
from kiosk.actions.trust import Publisher, lists_to_publish, publish, publish_lists
from kiosk.assembly import Workshop
from kiosk.storage.certificates import CertificateStore
from kiosk.storage.errors import StorageError
from signing.errors import KeyFileError
from signing.status import Status
from tests.builders import a_photo
from tests.kiosk.actions.conftest import Wall
from tests.offices import a_record
from verifier.status import load_trust


@pytest.fixture
def publisher(workshop: Workshop) -> Publisher:
    """What publishing has to hand."""
    return workshop.publisher


def issued(desk: Desk, folder: Path) -> str:
    """The number of a certificate that is issued now."""
    order = prepare(desk, a_record(), a_photo().jpeg)
    (result,) = issue_all(desk, [order], folder=folder, batch=None)
    number: str = result.number  # type: ignore[union-attr]  # it is a good record
    return number


@pytest.mark.parametrize(("days", "renewed"), [(44, False), (46, True)])
def test_a_bundle_is_renewed_at_half_of_its_time(
    workshop: Workshop, wall: Wall, days: int, *, renewed: bool
) -> None:
    before = workshop.publish().bundle
    wall.text = f"{date(2027, 8, 31) + timedelta(days=days)}T12:00"

    after = workshop.publish().bundle

    assert (after.serial > before.serial) is renewed
    assert (after.expires_at > before.expires_at) is renewed


def test_without_root_and_without_bundle_nothing_can_be_published(publisher: Publisher) -> None:
    def kept_elsewhere() -> None:
        raise KeyFileError("offline")

    (publisher.folder / "bundle").unlink()

    with pytest.raises(KeyFileError, match="offline"):
        publish(Publisher(**{**vars(publisher), "root": kept_elsewhere}))


def test_there_is_a_list_for_every_month_in_which_a_certificate_may_end(
    workshop: Workshop, desk: Desk, tmp_path: Path
) -> None:
    issued(desk, tmp_path)
    workshop.publish()

    published = load_trust(workshop.public).lists
    with workshop.register.read() as books:
        in_use = books.certificates.lists_in_use()

    wanted = lists_to_publish(date(2027, 8, 31), 6)
    assert set(in_use) <= set(wanted)
    assert set(wanted) <= set(published)
    assert len(wanted) == 8


def test_a_list_read_before_a_withdrawal_does_not_replace_one_read_after_it(
    workshop: Workshop, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = issued(desk, tmp_path)
    workshop.publish()
    slow = workshop.of_its_own().publisher
    read, go_on = threading.Event(), threading.Event()
    indexes = CertificateStore.withdrawn_indexes

    def held_up(store: CertificateStore, status_list: int) -> list[int]:
        found = indexes(store, status_list)
        if threading.current_thread() is not threading.main_thread():
            read.set()
            go_on.wait(10)
        return found

    monkeypatch.setattr(CertificateStore, "withdrawn_indexes", held_up)
    with workshop.register.read() as books:
        status_list = books.certificates.get_by_number(number).status_list
    other = threading.Thread(target=publish_lists, args=(slow, [status_list]))
    other.start()
    read.wait(10)
    withdrawn = withdraw(desk, number, reason="salah tulis")
    threading.Timer(0.2, go_on.set).start()

    publish_lists(workshop.publisher, [status_list])
    other.join()
    slow.register.close()

    found = load_trust(workshop.public).status_list(status_list)
    assert found is not None
    assert found.status_of(withdrawn.status_index) is Status.WITHDRAWN


def test_lists_are_published_even_before_any_bundle(publisher: Publisher) -> None:
    (publisher.folder / "bundle").unlink()

    publish_lists(publisher, [lists_to_publish(date(2027, 8, 31), 6)[0]])

    assert load_trust(publisher.folder).lists


def test_a_register_that_forgot_a_withdrawal_makes_nothing_genuine_again(
    workshop: Workshop, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = withdraw(desk, issued(desk, tmp_path), reason="salah tulis")
    workshop.publish_list(after.status_list)
    file = workshop.public / "status" / str(after.status_list)
    before = file.read_bytes()
    # As from an older copy of the register, or an empty one.
    monkeypatch.setattr(CertificateStore, "withdrawn_indexes", lambda _store, _number: [])

    with pytest.raises(StorageError, match="does not know 1 withdrawal"):
        workshop.publish_list(after.status_list)

    assert file.read_bytes() == before
    file.unlink()
    workshop.publish_list(after.status_list)
