"""What can go wrong while signing, and while reading what was signed."""

__all__ = [
    "CannotOpenError",
    "FormatError",
    "KeyFileError",
    "RingError",
    "SignatureError",
    "SignerError",
    "SigningError",
    "WrongShareError",
]


class SigningError(Exception):
    """The base of every error of this package."""


class FormatError(SigningError):
    """Bytes or text that are not in the one spelling their format allows."""


class SignatureError(SigningError):
    """A signature that is not the named key's over these bytes."""


class KeyFileError(SigningError):
    """A key file that is missing, readable by others, or locked by another passphrase."""


class RingError(SigningError):
    """A key ring that has not what was asked for: no key that may sign, or one waiting already."""


class SignerError(SigningError):
    """A signer that did not sign: a token unplugged, a service that did not answer."""


class CannotOpenError(SigningError):
    """Something sealed that does not open: other keys, another place, altered, or too few."""


class WrongShareError(CannotOpenError):
    """Shares that are not those of this envelope; `keys` names whose they are."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        super().__init__("wrong shares, of " + ", ".join(key.hex() for key in keys))
        self.keys = keys
