"""What whoever took a paper gets, and labels of bags: on a printer, or on one for receipts.

A receipt printer says nothing of what it did: whoever stands there is asked whether paper came out.
"""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.slips import label_of_bag, receipt_of
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.leaves import code_drawing, label_leaf, leaf_response, receipt_leaf
from kiosk.web.post.visits import POST_ROLES
from printer.errors import NoAnswerError, NotTakenError
from printer.slips import LeafSize, encode_leaf, send_to_receipt_printer

__all__ = ["receipts"]

receipts = door(Blueprint("receipts", __name__, url_prefix="/post"), roles=POST_ROLES)


@receipts.get("/receipts/<receipt>")
def show_receipt(receipt: str) -> str:
    """The receipt, to be printed."""
    return _page(receipt, "")


@receipts.get("/receipts/<receipt>.pdf")
def print_receipt(receipt: str) -> Response:
    """The receipt for a printer."""
    return leaf_response(receipt_leaf(receipt_of(the_desk(), receipt)), LeafSize.A6, receipt)


@receipts.post("/receipts/<receipt>/print")
def print_on_receipt_printer(receipt: str) -> str:
    """Send the receipt to the receipt printer, and ask whether paper came out."""
    leaf = receipt_leaf(receipt_of(the_desk(), receipt))
    try:
        send_to_receipt_printer(the_desk().settings.printing.receipt_printer, encode_leaf(leaf))
    except NotTakenError:
        return _page(receipt, "not-there")
    except NoAnswerError:
        return _page(receipt, "unknown")
    return _page(receipt, "asked")


@receipts.get("/labels/<int:number>.pdf")
def print_label(number: int) -> Response:
    """The label of the bag of an application."""
    bag, office, code = label_of_bag(the_desk(), the_staff(), number)
    return leaf_response(label_leaf(bag, office, code), LeafSize.LABEL, f"bag-{bag}")


def _page(receipt: str, printed: str) -> str:
    slip = receipt_of(the_desk(), receipt)
    leaf = receipt_leaf(slip)
    return render_template(
        "post/receipt.html",
        slip=slip,
        leaf=leaf,
        drawing=code_drawing(leaf.code),
        printed=printed,
        came_out=request.args.get("out", ""),
        has_printer=bool(the_desk().settings.printing.receipt_printer),
    )
