"""`segel payments`: a bank's file settles what it fits, and what it does not is listed."""

from tests.applying import apply, bank_line
from tests.staffed import Staffed


def test_a_file_is_read_and_read_again(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    file = staffed.office.write("bank.csv", bank_line(staffed.desk, one.id))

    first = staffed.office.segel("payments", "import", file)
    again = staffed.office.segel("payments", "import", file)

    assert (first.exit_code, first.stdout) == (0, "1 paid, 0 lines were known\n")
    assert again.stdout == "0 paid, 1 lines were known\n"


def test_what_fits_nothing_is_counted_and_listed(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    file = staffed.office.write("bank.csv", bank_line(staffed.desk, one.id, amount=1))

    read = staffed.office.segel("payments", "import", file)
    listed = staffed.office.segel("payments", "mismatches")

    assert read.stdout == "0 paid, 0 lines were known\nwrong-amount: 1\n"
    assert "Rp1 wrong-amount" in listed.stdout
    assert listed.stderr == "1 lines\n"


def test_a_file_that_cannot_be_read_is_named_line_by_line(staffed: Staffed) -> None:
    file = staffed.office.write(
        "bank.csv", "date,reference,amount\nyesterday,1,1\n2026-11-01,1,x\n"
    )

    read = staffed.office.segel("payments", "import", file)

    assert read.exit_code == 1
    assert "line 2" in read.stderr
    assert "line 3" in read.stderr
    assert "Traceback" not in read.output
