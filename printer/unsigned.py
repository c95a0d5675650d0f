"""A certificate without our signature, for a remote service that signs whole PDF files.

The token in its QR code is signed by our own key and bound to this file; so what it says is vouched
for by us, whoever signs the file afterwards.
"""

from signing.keys import SigningKey
from signing.sheet import Sheet, payload_of_sheet
from signing.token import sign_token
from signing.unsigned import UnsignedDraft

from .certificate import Issued, compose
from .form import load_form
from .photo import Photo
from .qr import draw_qr

__all__ = ["FORM", "draw_unsigned"]

FORM = "skck-1r"


def draw_unsigned(sheet: Sheet, photo: Photo, *, key: SigningKey) -> Issued:
    """The certificate of a sheet on the form "skck-1r", its token signed by `key`.

    Raises:
        DoesNotFitError: a value does not fit its place.
        FormatError: the token does not take a value.
    """
    draft = UnsignedDraft(load_form(sheet.form).form, compose(sheet, photo))
    binding = draft.binding
    token = sign_token(key, payload_of_sheet(sheet, binding), base_url=sheet.base_url)
    draft.fill(draw_qr(token))
    return Issued(pieces=draft.close(), token=token, digest=binding)
