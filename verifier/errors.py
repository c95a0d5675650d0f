"""What stops a check from being made at all.

A forged or withdrawn certificate is no error: that is a verdict. These are raised when there is
nothing to judge, because the picture, the file or the list could not be read.
"""

from __future__ import annotations

__all__ = ["TrustError", "UnreadableImageError", "VerifierError"]


class VerifierError(Exception):
    """Anything that stops a check from being made."""


class TrustError(VerifierError):
    """A trust bundle or a status list is missing, or is not what it should be."""


class UnreadableImageError(VerifierError):
    """A picture or a scanned page that cannot be read, and why.

    `code` is one word for machines; the message is one English sentence for people, and holds
    nothing of what the picture shows. The codes:

    - `too-large`: the file, its side lengths or the memory it wants exceed a limit;
    - `took-too-long`: reading it was stopped at the time limit;
    - `truncated`: the end of the file is missing;
    - `damaged`: it begins like a picture or a PDF, but cannot be decoded;
    - `not-a-picture`, `not-a-pdf`: it does not even begin like one;
    - `unsupported`: a picture, but of a kind we do not read;
    - `locked`: a PDF that wants a password;
    - `disagree`: two different texts are read in one place;
    - `signature-malformed`, `signature-unsupported`: the signature in a PDF is forged or broken,
      or of a kind that is not read.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """An error with its `code` and the `sentence` a person reads."""
        super().__init__(sentence)
        self.code = code
