"""What can go wrong on the way to paper."""

__all__ = ["DoesNotFitError", "PhotoError", "PrinterError"]


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
