"""A file without our signature, for a remote service that takes a whole PDF and signs it.

    form · skck.json · metadata · photo · page content · QR [hole] · xref

It is the first revision of the file to come, and bound to its token like any other of ours; what
the service adds stands behind it. Format page: docs/formats/sheet.md, "Signed elsewhere".
"""

from .errors import FormatError
from .payload import DIGEST_BYTES
from .pdf import AFTER_QR, HOLE_BYTES, Form, Parts, closing, opening

__all__ = ["UnsignedDraft"]


class UnsignedDraft:
    """A file on its way: first bound to its token, then whole. `form` has no place to sign.

    It has the methods of `signing.pdf.Draft`.
    """

    def __init__(self, form: Form, parts: Parts) -> None:
        self._form = form
        self._head, offsets, at = opening(form, parts)
        start = at + len(AFTER_QR)
        self._ending = AFTER_QR + closing(form, parts, offsets, start)
        self._bitmap = b""

    @property
    def binding(self) -> bytes:
        """The 16 bytes by which a token names this file: the QR code's hole is zeroed."""
        return self._digest(bytes(HOLE_BYTES))[:DIGEST_BYTES]

    def fill(self, bitmap: bytes) -> bytes:
        """Put the token's bitmap into the hole; the SHA-256 of the file."""
        self._bitmap = bitmap
        return self._digest(bitmap)

    def close(self, cms: bytes = b"") -> tuple[bytes, ...]:
        """The file, in pieces to be written one after the other.

        Raises:
            FormatError: there is a signature, which has no place here.
        """
        if cms:
            raise FormatError("a signature on a form that has no place for one")
        return self._form.prefix, self._head, self._bitmap, self._ending

    def _digest(self, bitmap: bytes) -> bytes:
        state = self._form.state.copy()
        state.update(self._head + bitmap + self._ending)
        return state.digest()
