"""QR codes for screens and slips: any short text, in the size that it needs, as a drawing."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

__all__ = ["draw_code"]

_QUIET = 4


def draw_code(text: str) -> bytes:
    """The QR code of `text` as SVG, black on white, with its quiet zone.

    One path of runs, so that browsers draw no gaps between modules.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    runs = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(rows)
        for start, end in _runs(row)
    )
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{runs}"/></svg>'
    ).encode()


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin and end in a row."""
    edges = [at for at in range(len(row) + 1) if _dark(row, at) != _dark(row, at - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _dark(row: list[bool], at: int) -> bool:
    return 0 <= at < len(row) and bool(row[at])
