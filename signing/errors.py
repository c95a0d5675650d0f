"""What can go wrong while signing, and while reading what was signed."""

__all__ = [
    "FormatError",
    "KeyFileError",
    "RingError",
    "SignatureError",
    "SignerError",
    "SigningError",
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
