"""A key in a token signs as a key in a file does, and stays in the token."""

import subprocess
import traceback
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass

from signing.errors import SignerError
from signing.keys import HALF_ORDER, VerifyingKey, key_id_of
from signing.pkcs11 import Token
from signing.private import Secret
from tests.programs import program
from tests.softhsm import SoftHsm


def opened(softhsm: SoftHsm) -> Token:
    return Token(softhsm.module, softhsm.label, softhsm.pin)


def test_what_the_token_signs_is_verified_like_any_other_signature(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        key = token.new_key("verified")

        VerifyingKey(key.point).verify(key.sign(b"message"), b"message")


def test_the_key_is_found_again_by_its_label(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        point = token.new_key("found again").point

    with opened(softhsm) as token:
        key = token.key("found again")
        VerifyingKey(point).verify(key.sign(b"message"), b"message")


def test_signatures_always_have_the_lower_s(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        key = token.new_key("lower s")

        for number in range(40):
            signature = key.sign(bytes((number,)))
            assert int.from_bytes(signature[32:], "big") <= HALF_ORDER


def test_the_private_key_cannot_be_taken_out(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        token.new_key("stays in")
        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: "stays in"}
        (private,) = token._session.get_objects(wanted)

        assert private[Attribute.SENSITIVE]
        assert not private[Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.AttributeSensitive):
            private[Attribute.VALUE]


def test_a_key_made_by_another_tool_is_used_too(softhsm: SoftHsm) -> None:
    tool = program("pkcs11-tool", package="opensc")
    command = [
        str(tool),
        "--module",
        str(softhsm.module),
        "--token-label",
        softhsm.label,
        "--login",
    ]
    made = ["--keypairgen", "--key-type", "EC:prime256v1", "--id", "77", "--label", "from opensc"]
    subprocess.run(
        [*command, "--pin", softhsm.pin.decode(), *made, "--usage-sign"],
        check=True,
        capture_output=True,
    )

    with opened(softhsm) as token:
        key = token.key("from opensc")
        VerifyingKey(key.point).verify(key.sign(b"message"), b"message")


def test_a_second_key_of_the_same_label_is_not_made(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        token.new_key("once")

        with pytest.raises(SignerError, match="has a key 'once' already"):
            token.new_key("once")


def test_a_missing_key_is_named(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token, pytest.raises(SignerError, match="no P-256 key 'nobody made"):
        token.key("nobody made this")


def test_a_missing_token_is_named(softhsm: SoftHsm) -> None:
    with pytest.raises(SignerError, match="'kantor lain' cannot be opened: it is not plugged in"):
        Token(softhsm.module, "kantor lain", softhsm.pin)


def test_a_missing_module_is_named(softhsm: SoftHsm) -> None:
    with pytest.raises(SignerError, match=r"no PKCS#11 module /nowhere\.so"):
        Token(Path("/nowhere.so"), softhsm.label, softhsm.pin)


def test_a_file_that_is_no_module_is_told_so(softhsm: SoftHsm, tmp_path: Path) -> None:
    (tmp_path / "module.so").write_text("no library")

    with pytest.raises(SignerError, match="cannot be opened"):
        Token(tmp_path / "module.so", softhsm.label, softhsm.pin)


def test_a_wrong_pin_is_told_so_and_shown_nowhere(softhsm: SoftHsm) -> None:
    pins = [Secret(b"4711-wrong")]

    with pytest.raises(SignerError, match="the PIN is wrong") as caught:
        Token(softhsm.module, softhsm.label, pins[0])

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "4711" not in "".join(told.format())
    assert caught.value.__context__ is None


def test_a_key_of_a_closed_session_says_so(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        key = token.new_key("closed")

    with pytest.raises(SignerError, match="did not sign"):
        key.sign(b"message")


def test_a_key_shows_its_id(softhsm: SoftHsm) -> None:
    with opened(softhsm) as token:
        key = token.new_key("shown")

        assert repr(key) == f"Pkcs11Key({key_id_of(key.point).hex()})"
