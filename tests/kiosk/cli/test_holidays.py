"""`segel holidays`: days count once somebody has said that they are right."""

from tests.offices import Office

FILE = "date,kind,name\n2099-08-17,national,Hari Kemerdekaan\n2099-12-24,joint,Cuti bersama\n"


def test_days_are_shown_and_asked_about(office: Office) -> None:
    file = office.write("libur.csv", FILE)

    no = office.segel("holidays", "import", file, stdin="n\n")
    before = office.segel("holidays", "list")
    yes = office.segel("holidays", "import", file, stdin="y\n")
    after = office.segel("holidays", "list")

    assert (no.exit_code, yes.exit_code) == (1, 0)
    assert "2099-08-17 national Hari Kemerdekaan" in no.stdout
    assert before.stdout == ""
    assert "no holiday is known" in before.stderr
    assert "2 days of 2099 are known" in yes.stdout
    assert after.stdout.count("\n") == 2
    assert after.stderr == ""


def test_a_script_may_say_yes(office: Office) -> None:
    file = office.write("libur.csv", FILE)

    assert office.segel("holidays", "import", file, "--yes").exit_code == 0


def test_a_calendar_with_a_fault_is_refused_whole(office: Office) -> None:
    file = office.write("libur.csv", FILE + "soon,national,x\n")

    refused = office.segel("holidays", "import", file, "--yes")

    assert refused.exit_code == 1
    assert "line 4" in refused.stderr
    assert office.segel("holidays", "list").stdout == ""
