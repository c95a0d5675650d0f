"""A receipt printer is asked for paper, and people whether it came."""

import socket
import threading

from kiosk.domain.staff import Role
from tests.kiosk.actions.test_handovers import given_over
from tests.staffed import Staffed, staffed_office


def test_after_printing_people_are_asked_whether_paper_came_out(staffed: Staffed) -> None:
    receipt = given_over(staffed)
    with socket.create_server(("127.0.0.1", 0)) as printer:
        staffed.office.environment["SEGEL_PRINTING_RECEIPT_PRINTER"] = (
            f"tcp://127.0.0.1:{printer.getsockname()[1]}"
        )
        again = staffed_office(staffed.office, staffed.clock)
        got: list[bytes] = []

        def listen() -> None:
            connection, _ = printer.accept()
            with connection:
                while part := connection.recv(65536):
                    got.append(part)

        listening = threading.Thread(target=listen)
        listening.start()
        client = again.client(Role.PRINT_ROOM)
        page = client.post(f"/post/receipts/{receipt.number}/print")
        listening.join()

    assert "Apakah kertas keluar?" in page.text
    assert receipt.number.encode() in b"".join(got)
    # Nobody listens any more.
    assert "Pencetak struk tidak ada" in client.post(page.request.path).text
    again.workshop.close()
