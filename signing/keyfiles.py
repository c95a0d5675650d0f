"""Private keys and other secrets on disk, locked by a passphrase.

A key is PKCS#8 in PEM as every tool reads it (`openssl pkey -in FILE`): PBES2 with AES-256-CBC, its
key made from the passphrase by scrypt (RFC 7914, RFC 8018). The usual writers of this format
stretch the passphrase 2,048 times, which keeps nobody out who has the file; ours costs 16 MiB and
a tenth of a second for every guess.
"""

import base64
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import ciphers, padding
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from .der import OCTETS, OID, SEQUENCE, integer, tlv
from .errors import KeyFileError
from .keys import LocalKey
from .private import Secret, check_private_folder, read_private, write_private

__all__ = ["load_key", "load_secret", "save_key", "save_secret"]

# What one guess of a passphrase costs: 128·r·N bytes, p times. More memory, and OpenSSL refuses.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 14, 8, 3
PBES2 = tlv(OID, bytes.fromhex("2a864886f70d01050d"))
SCRYPT = tlv(OID, bytes.fromhex("2b06010401da47040b"))
AES_256_CBC = tlv(OID, bytes.fromhex("60864801650304012a"))
LONGEST = 4096
SALT_BYTES, BLOCK_BYTES, NONCE_BYTES = 16, 16, 12
BOX_LABEL = "SEGEL SECRET 1"
KEY_LABEL = "ENCRYPTED PRIVATE KEY"


def save_key(path: Path, key: LocalKey, passphrase: bytes) -> None:
    """Write `key` to a new file, locked by `passphrase`; the folder is made if it is missing.

    Raises:
        KeyFileError: the file is there already, its folder is open to others, or the passphrase
            is empty.
    """
    passphrase = _passphrase(passphrase)
    salt, start = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(BLOCK_BYTES)
    lock = ciphers.Cipher(algorithms.AES(_stretched(passphrase, salt)), modes.CBC(start))
    encryptor, padder = lock.encryptor(), padding.PKCS7(8 * BLOCK_BYTES).padder()
    locked = encryptor.update(padder.update(_plain(key)) + padder.finalize()) + encryptor.finalize()
    cost = b"".join(integer(number) for number in (SCRYPT_N, SCRYPT_R, SCRYPT_P, 32))
    stretching = tlv(SEQUENCE, SCRYPT, tlv(SEQUENCE, tlv(OCTETS, salt), cost))
    cipher = tlv(SEQUENCE, AES_256_CBC, tlv(OCTETS, start))
    scheme = tlv(SEQUENCE, PBES2, tlv(SEQUENCE, stretching, cipher))
    write_private(path, _pem(KEY_LABEL, tlv(SEQUENCE, scheme, tlv(OCTETS, locked))))


def load_key(path: Path, passphrase: bytes) -> LocalKey:
    """The key in a file that `save_key` wrote, or another tool in the same format.

    Raises:
        KeyFileError: the file is missing, can be read by others, is not locked, opens with another
            passphrase, or holds no P-256 key.
    """
    passphrase = _passphrase(passphrase)
    check_private_folder(path.parent)
    pem = read_private(path, longest=LONGEST)
    private, complaint = None, "holds no P-256 key"
    try:
        private = load_pem_private_key(pem, passphrase)
    except TypeError:
        complaint = "is not locked by a passphrase"
    except ValueError:
        complaint = "does not open: the passphrase is another one, or the file is damaged"
    except UnsupportedAlgorithm:
        complaint = "is locked in a way that is not known here"
    # Raised here, not above: what a library says of a secret is not carried along.
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise KeyFileError(f"{path} {complaint}")
    return LocalKey(private)


def save_secret(path: Path, secret: bytes, passphrase: bytes) -> None:
    """Write a secret that is no key pair to a new file, locked by `passphrase`.

    The file is PEM around salt (16 bytes), nonce (12) and AES-256-GCM.

    Raises:
        KeyFileError: as `save_key`.
    """
    secret, passphrase = Secret(secret), _passphrase(passphrase)
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    lock = AESGCM(_stretched(passphrase, salt))
    locked = lock.encrypt(nonce, secret, BOX_LABEL.encode())
    write_private(path, _pem(BOX_LABEL, salt + nonce + locked))


def load_secret(path: Path, passphrase: bytes) -> Secret:
    """The secret in a file that `save_secret` wrote.

    Raises:
        KeyFileError: as `load_key`.
    """
    passphrase = _passphrase(passphrase)
    check_private_folder(path.parent)
    box = _unpem(BOX_LABEL, read_private(path, longest=LONGEST))
    secret = None
    if len(box) > SALT_BYTES + NONCE_BYTES:
        lock = AESGCM(_stretched(passphrase, box[:SALT_BYTES]))
        nonce, locked = box[SALT_BYTES:][:NONCE_BYTES], box[SALT_BYTES + NONCE_BYTES :]
        try:
            secret = Secret(lock.decrypt(nonce, locked, BOX_LABEL.encode()))
        except InvalidTag:
            secret = None
    if secret is None:
        raise KeyFileError(
            f"{path} does not open: the passphrase is another one, or the file is damaged"
        )
    return secret


def _passphrase(passphrase: bytes) -> Secret:
    if not passphrase:
        raise KeyFileError("a key file is locked by a passphrase, and this one is empty")
    return Secret(passphrase)


def _stretched(passphrase: Secret, salt: bytes) -> Secret:
    stretch = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)
    return Secret(stretch.derive(passphrase))


def _plain(key: LocalKey) -> Secret:
    return Secret(key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _pem(label: str, data: bytes) -> bytes:
    digits = base64.b64encode(data).decode("ascii")
    lines = [digits[at : at + 64] for at in range(0, len(digits), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def _unpem(label: str, data: bytes) -> bytes:
    """The bytes inside the armour of `label`; none where there is another."""
    body = re.fullmatch(
        rf"-----BEGIN {label}-----\n([A-Za-z0-9+/=\n]+)-----END {label}-----\n".encode(), data
    )
    try:
        return base64.b64decode(body.group(1)) if body else b""
    except ValueError:
        return b""
