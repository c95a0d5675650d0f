"""QR codes for screens, slips and terminals: any short text, in the size that it needs."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

__all__ = ["draw_code", "rows_of_code", "write_code"]

_QUIET = 4
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def draw_code(text: str) -> bytes:
    """The QR code of `text` as SVG, black on white, with its quiet zone.

    One path of runs, so that browsers draw no gaps between modules.
    """
    rows = rows_of_code(text)
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


def write_code(text: str) -> str:
    """The QR code of `text` for a terminal, two rows a line, in half blocks: light on dark."""
    rows = rows_of_code(text)
    rows += [[False] * len(rows)] * (len(rows) % 2)
    lines = [
        "".join(_HALVES[not upper, not lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]
    return "\n".join(lines)


def rows_of_code(text: str) -> list[list[bool]]:
    """The modules of the QR code of `text`, row by row, with its quiet zone; dark ones are true."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin and end in a row."""
    edges = [at for at in range(len(row) + 1) if _dark(row, at) != _dark(row, at - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _dark(row: list[bool], at: int) -> bool:
    return 0 <= at < len(row) and row[at]
