"""What can go wrong on the way to paper."""

__all__ = [
    "DoesNotFitError",
    "NoAnswerError",
    "NotTakenError",
    "PhotoError",
    "PrinterError",
    "SpoolError",
]


class PrinterError(Exception):
    """The base of every error of this package."""


class PhotoError(PrinterError):
    """A photo that cannot be used. `code` is for machines, the message for the officer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DoesNotFitError(PrinterError):
    """A text that does not fit its place on the sheet, or has letters the form does not have.

    `path` names the field.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class SpoolError(PrinterError):
    """A print queue that does not do what it is asked. The sentence names nothing that was sent."""


class NotTakenError(SpoolError):
    """The queue has certainly not taken what was sent."""


class NoAnswerError(SpoolError):
    """Nobody knows whether the queue has taken it, or what it says."""
