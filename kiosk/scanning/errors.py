"""What may break when pictures are taken and read."""

__all__ = [
    "CameraError",
    "CardPictureError",
    "ReaderBusyError",
    "ReaderMissingError",
    "ScanningError",
]


class ScanningError(Exception):
    """Something about a camera, a picture or the reader is broken.

    `code` picks the sentence that people read. The message is English and holds nothing that was
    read from a card.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class CameraError(ScanningError):
    """The camera gives no pictures: missing, busy, unplugged, or black."""


class CardPictureError(ScanningError):
    """The picture cannot be decoded within the limits."""


class ReaderMissingError(ScanningError):
    """The part that reads print is not installed, or its process does not start."""


class ReaderBusyError(ScanningError):
    """Others' pictures are being read, and it took too long to wait for them."""
