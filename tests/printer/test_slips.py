"""Slips come out of every printer with a code that reads, and of none with more than was said."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from printer.errors import NoAnswerError, NotTakenError, PrinterError
from printer.slips import DEMO, Leaf, LeafSize, draw_leaf, encode_leaf, send_to_receipt_printer
from signing.slip import make_slip
from tests.vectors.make_vectors import SIGNER, SLIP

TEXT = make_slip(SIGNER, SLIP)
LEAF = Leaf(
    office="Polres Contoh",
    title="Slip penerima",
    large="123 456",
    facts=(("Kantong", "42"), ("Hari", "Senin, 24 November 2026, sore 14–18")),
    text=("Siapkan KTP. Jangan bayar apa pun kepada petugas.",),
    code=TEXT,
    code_says="Tunjukkan kode ini kepada petugas.",
    signatures=("Pemberi kuasa", "Penerima kuasa"),
    demo=True,
)


@pytest.mark.parametrize("size", list(LeafSize))
def test_the_code_on_a_printed_slip_reads(size: LeafSize) -> None:
    page = pypdfium2.PdfDocument(draw_leaf(LEAF, size))[0]

    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())

    assert [one.text for one in found] == [TEXT]


def test_a_slip_with_much_to_say_stays_on_one_page_with_its_code() -> None:
    much = replace(LEAF, text=LEAF.text * 9, signatures=())
    document = pypdfium2.PdfDocument(draw_leaf(much, LeafSize.A6))

    assert len(document) == 1
    assert zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())[0].text == TEXT


def test_a_slip_says_in_words_what_it_is_to_say_and_that_it_is_a_demonstration() -> None:
    text = pypdfium2.PdfDocument(draw_leaf(LEAF, LeafSize.A6))[0].get_textpage().get_text_range()

    for words in ("123 456", "Senin, 24 November 2026, sore 14–18", "Pemberi kuasa", DEMO):
        assert words in text


def test_a_receipt_printer_gets_the_same_words_and_cuts_the_paper() -> None:
    data = encode_leaf(LEAF)

    for words in (b"123 456", b"Kantong: 42", b"CONTOH - BUKAN SKCK", b"Siapkan KTP."):
        assert words in data
    assert b"\x1dV" in data  # GS V: cut
    assert b"\x1dv0" in data  # GS v 0: a picture, the code


def test_a_receipt_printer_that_is_there_gets_all_of_it() -> None:
    data = encode_leaf(LEAF)
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as printer:

        def listen() -> None:
            connection, _ = printer.accept()
            with connection:
                while part := connection.recv(65536):
                    got.append(part)

        listening = threading.Thread(target=listen)
        listening.start()
        send_to_receipt_printer(f"tcp://127.0.0.1:{printer.getsockname()[1]}", data)
        listening.join()
    assert b"".join(got) == data


def test_a_receipt_printer_that_is_not_there_took_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", str(tmp_path / "lp0")):
        with pytest.raises(NotTakenError):
            send_to_receipt_printer(address, b"words")


def test_of_a_printer_that_breaks_off_nobody_knows() -> None:
    with pytest.raises(PrinterError) as broken:
        send_to_receipt_printer("/dev/full", b"words")
    assert isinstance(broken.value, NoAnswerError)
