"""`segel issue --batch`: every good line gets its certificate, every bad one its sentence."""

import json
import os
import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kiosk.storage.certificates import CertificateStore
from tests.builders import a_photo
from tests.journeys.batches import until
from tests.kiosk.cli.terminals import Terminal
from tests.offices import Office, a_record
from tests.softhsm import SoftHsm

NAME, NIK = "Kenanga Rahasia", "9999014107880002"


def issue(office: Office, batch: Path, *more: object, out: str = "out") -> Result:
    """Issue a batch."""
    return office.segel(
        "issue", "--batch", batch, "--photos", office.desk / "photos",
        "--out", office.desk / out, *more,
    )  # fmt: skip


def report(office: Office, kind: str, name: str = "applicants") -> list[dict[str, Any]]:
    """What a report says, line by line."""
    text = (office.desk / "out" / f"{kind}-{name}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def numbers(office: Office, out: str = "out") -> list[int]:
    """The running numbers of the certificates in a folder."""
    return sorted(int(path.name.split("-")[2]) for path in (office.desk / out).glob("*.pdf"))


def lines(*records: object) -> bytes:
    """Records as JSON Lines."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_every_line_gets_its_certificate(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(5))

    result = issue(office, batch)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"5 issued, 0 with faults; see {office.desk / 'out' / 'issued-applicants.jsonl'}\n"
    )
    assert numbers(office) == [1, 2, 3, 4, 5]
    assert [
        (line["line"], int(line["number"].split("/")[2])) for line in report(office, "issued")
    ] == [(number, number) for number in range(1, 6)]
    assert {line["file"] for line in report(office, "issued")} == {
        path.name for path in (office.desk / "out").glob("*.pdf")
    }


def test_a_file_of_that_name_from_elsewhere_is_never_written_over(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(3))
    issue(office, batch, out="first")
    year = next((office.desk / "first").glob("*.pdf")).name.split("-")
    strange = office.desk / "out" / "-".join([*year[:2], "5", *year[3:]])
    strange.parent.mkdir()
    strange.write_bytes(b"of another office")

    result = issue(office, batch, "--label", "once more")

    assert result.exit_code == 1
    assert strange.read_bytes() == b"of another office"
    assert "applicants.jsonl:2: the record has the number" in result.stderr
    strange.unlink()
    assert issue(office, batch, "--label", "once more").exit_code == 0
    assert numbers(office) == [4, 5, 6]


def test_bad_lines_are_told_at_the_end_with_number_and_field_and_the_rest_is_issued(
    office: Office,
) -> None:
    batch = office.batch(
        [
            a_record(1),
            a_record(2, sex="X", birth_date="tomorrow"),
            a_record(3),
            [1, 2],
            a_record(4, alias="鼎"),
            {**a_record(5), "phone": "081"},
        ]
    )

    result = issue(office, batch)

    assert result.exit_code == 1
    assert [line.rpartition(": ")[0] for line in result.stderr.splitlines()][:2] == [
        "applicants.jsonl:2: sex",
        "applicants.jsonl:2: birth_date",
    ]
    assert [line.split(":")[1] for line in result.stderr.splitlines()] == ["2", "2", "4", "5", "6"]
    assert "applicants.jsonl:4: the record is not a JSON object" in result.stderr
    assert [
        (line["line"], [(fault["path"], fault["code"]) for fault in line["faults"]])
        for line in report(office, "faults")
    ] == [
        (2, [("sex", "not-choice"), ("birth_date", "not-date")]),
        (4, [("", "not-object")]),
        (5, [("name", "does-not-fit")]),
        (6, [("phone", "unknown-field")]),
    ]
    assert [line["line"] for line in report(office, "issued")] == [1, 3]
    assert numbers(office) == [1, 2]


def test_faults_give_nothing_of_a_person_away(office: Office) -> None:
    batch = office.batch(
        [
            a_record(name=f"{NAME}\n", nik=NIK),
            a_record(name=f"{NAME} 鼎", nik=NIK),
            a_record(name=NAME, nik=NIK, photo=f"../{NAME}.jpg"),
            a_record(name=NAME, nik=NIK, photo=f"{NAME}.jpg"),
            {**a_record(name=NAME, nik=NIK), NIK: NAME},
            a_record(name=NAME, nik=NIK + "1"),
        ]
    )
    batch.write_bytes(batch.read_bytes() + f'{{"name": "{NAME}", "nik": {NIK}'.encode())

    result = issue(office, batch)

    assert result.exit_code == 1
    assert len(report(office, "faults")) == 7
    told = result.output + (office.desk / "out" / "faults-applicants.jsonl").read_text()
    assert [word for word in (NAME, NAME.upper(), NIK) if word in told] == []


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="line ends of Windows"),
        pytest.param(lambda data: data.rstrip(b"\n"), id="no line end at the end"),
        pytest.param(lambda data: b"\n \t\n" + data.replace(b"\n", b"\n\n\r\n"), id="blank lines"),
    ],
)
def test_a_file_may_be_written_in_other_ways(office: Office, spelled: Any) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    batch.write_bytes(spelled(batch.read_bytes()))

    result = issue(office, batch)

    assert (result.exit_code, result.stderr) == (0, "")
    assert numbers(office) == [1, 2]


def test_line_numbers_count_blank_lines_too(office: Office) -> None:
    batch = office.write("applicants.jsonl", b"\n\n{}\n")
    office.photo("photos/any.jpg")

    issue(office, batch)

    assert [line["line"] for line in report(office, "faults")] == [3]


def test_lines_that_cannot_be_read_do_not_stop_the_others(office: Office) -> None:
    good = lines(a_record(1))
    office.batch([a_record(1)])
    batch = office.write(
        "applicants.jsonl",
        b'{"name": "\xff\xfe"}\n'
        + b'{"name": "' + b"x" * 70_000 + b'"}\n'
        + b"{\n"
        + b'{"name": "a", "name": "b"}\n'
        + b"\x00\x00\n"
        + b"[" * 50_000 + b"\n"
        + good,
    )  # fmt: skip

    result = issue(office, batch)

    assert result.exit_code == 1
    assert [line["faults"][0]["code"] for line in report(office, "faults")] == [
        "not-utf-8", "too-long", "not-json", "not-json", "not-json", "not-json",
    ]  # fmt: skip
    assert [line["line"] for line in report(office, "issued")] == [7]


def test_equal_lines_get_a_number_each(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2), a_record(1), a_record(1)])

    issue(office, batch)
    again = issue(office, batch)

    assert numbers(office) == [1, 2, 3, 4]
    assert "4 of them by an earlier run of this batch" in again.stdout
    assert numbers(office) == [1, 2, 3, 4]


def test_a_batch_that_is_done_gives_nothing_new(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(3))
    issue(office, batch)
    before = {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (office.desk / "out").glob("*.pdf")
    }

    again = issue(office, batch)

    assert again.exit_code == 0
    assert "3 issued, 0 with faults" in again.stdout
    assert "3 of them by an earlier run of this batch" in again.stdout
    assert before == {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (office.desk / "out").glob("*.pdf")
    }


def test_a_mended_line_is_issued_by_the_next_run_and_the_others_keep_theirs(
    office: Office,
) -> None:
    issue(office, office.batch([a_record(1), a_record(2, sex="X"), a_record(3)]))
    before = report(office, "issued")

    result = issue(office, office.batch([a_record(2), a_record(3), a_record(1)]))

    assert result.exit_code == 0
    assert numbers(office) == [1, 2, 3]
    found = {line["line"]: line["number"] for line in report(office, "issued")}
    assert [found[3], found[2]] == [line["number"] for line in before]
    assert "/3/" in found[1]


def test_the_same_records_are_issued_once_more_under_another_label(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    issue(office, batch)

    result = issue(office, batch, "--label", "once more")

    assert result.exit_code == 0
    assert numbers(office) == [1, 2, 3, 4]
    assert [line["line"] for line in report(office, "issued", "once-more")] == [1, 2]
    assert len(report(office, "issued")) == 2


@pytest.mark.parametrize("label", ["", "a\nb", "x" * 101])
def test_a_label_is_short_and_on_one_line(office: Office, label: str) -> None:
    result = issue(office, office.batch([a_record()]), "--label", label)

    assert result.exit_code == (0 if label == "" else 2)


def test_a_lost_file_is_made_anew_as_it_was(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    issue(office, batch)
    lost = next((office.desk / "out").glob("*-1-*.pdf"))
    was = lost.read_bytes()
    lost.unlink()

    result = issue(office, batch)

    assert result.exit_code == 0
    assert lost.read_bytes() == was
    assert numbers(office) == [1, 2]


def test_a_lost_file_is_not_made_anew_with_another_photo(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    issue(office, batch)
    lost = next((office.desk / "out").glob("*-1-*.pdf"))
    lost.unlink()
    (office.desk / "photos" / f"{a_record(1)['nik']}.jpg").write_bytes(a_photo("navy").jpeg)

    result = issue(office, batch)

    assert result.exit_code == 1
    assert "with another photo or other settings" in result.stderr
    assert not lost.exists()


def test_the_file_of_another_office_is_not_written_over(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    number = office.segel(
        "issue", office.record(), "--photo", office.photo(), "--out", office.desk / "a.pdf"
    ).stdout.split()[0]
    name = number.replace("/1/", "/2/").replace("/", "-") + ".pdf"
    theirs = office.write(f"out/{name}", b"of another office")

    result = issue(office, batch)

    assert result.exit_code == 1
    assert "a file of that name with something else in it is in the folder" in result.stderr
    assert theirs.read_bytes() == b"of another office"
    assert numbers(office) == [2, 3]
    theirs.unlink()
    assert issue(office, batch).exit_code == 0
    assert numbers(office) == [2, 3]


def test_files_that_were_named_before_a_kill_are_ours_whatever_signed_them(
    office: Office, softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.use_token(softhsm)
    office.segel("keys", "rotate", "--now")
    batch = office.batch([a_record(1), a_record(2)])
    with monkeypatch.context() as power:
        power.setattr(CertificateStore, "confirm", cut)
        assert "interrupted" in issue(office, batch).stderr
    assert numbers(office) == [1, 2]

    result = issue(office, batch)

    assert (result.exit_code, result.stderr) == (0, "")
    assert numbers(office) == [1, 2]


def cut(*_: object, **__: object) -> None:
    """What a power cut does."""
    raise KeyboardInterrupt


def test_a_withdrawn_line_is_not_issued_again(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    issue(office, batch)
    number = report(office, "issued")[0]["number"]
    office.segel("withdraw", number, "--reason", "salah tulis")

    result = issue(office, batch)

    assert result.exit_code == 1
    assert (
        f"applicants.jsonl:1: the record was issued as {number}, which is withdrawn"
        in result.stderr
    )
    assert numbers(office) == [1, 2]


def test_another_folder_gets_all_of_the_batch(office: Office) -> None:
    batch = office.batch([a_record(1), a_record(2)])
    issue(office, batch)

    issue(office, batch, out="other")

    assert numbers(office, "other") == numbers(office) == [1, 2]


def test_two_processes_issue_the_same_set(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(400))

    result = issue(office, batch, "--jobs", "2")

    assert (result.exit_code, result.stderr) == (0, "")
    assert numbers(office) == list(range(1, 401))
    assert [line["line"] for line in report(office, "issued")] == list(range(1, 401))
    assert len({line["number"] for line in report(office, "issued")}) == 400


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("ratna.png", id="the field photo"),
        pytest.param(f"{a_record()['nik']}.jpeg", id="the NIK"),
        pytest.param("1.JPG", id="the line"),
        pytest.param("000001.webp", id="the line with zeros"),
    ],
)
def test_a_photo_is_found_by(office: Office, named: str) -> None:
    field: dict[str, Any] = {"photo": named} if named == "ratna.png" else {}
    batch = office.write("applicants.jsonl", lines(a_record(**field)))
    office.photo(f"photos/{named}")

    result = issue(office, batch)

    assert (result.exit_code, result.stderr) == (0, "")


def test_the_photo_of_a_person_goes_before_that_of_a_line(office: Office) -> None:
    batch = office.batch([a_record(1)])
    (office.desk / "photos" / "1.jpg").write_bytes(b"somebody else")

    assert issue(office, batch).exit_code == 0


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        pytest.param("../photo.jpg", "not-name", id="above"),
        pytest.param("/etc/passwd", "not-name", id="from the root"),
        pytest.param("a/b.jpg", "not-name", id="below"),
        pytest.param("..", "not-name", id="the folder above"),
        pytest.param(".", "not-name", id="the folder"),
        pytest.param("", "not-name", id="empty"),
        pytest.param("a\0.jpg", "not-name", id="NUL"),
        pytest.param("\ud800.jpg", "not-name", id="half a character"),
        pytest.param(7, "not-name", id="a number"),
        pytest.param("x" * 300, "unreadable", id="a name too long for any file"),
        pytest.param("folder", "unreadable", id="a folder inside"),
        pytest.param("pipe", "unreadable", id="a pipe"),
        pytest.param("loop", "unreadable", id="a link to itself"),
        pytest.param("none.jpg", "missing", id="no such file"),
        pytest.param(None, "missing", id="neither by NIK nor by line"),
    ],
)
def test_a_photo_that_cannot_be_had_is_a_fault_of_its_line(
    office: Office, photo: object, code: str
) -> None:
    office.photo()
    folder = office.desk / "photos"
    folder.mkdir()
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    office.photo("photos/good.jpg")
    batch = office.write(
        "applicants.jsonl", lines(a_record(1, photo=photo, sex="X"), a_record(2, photo="good.jpg"))
    )

    result = issue(office, batch)

    assert result.exit_code == 1
    assert [fault["code"] for fault in report(office, "faults")[0]["faults"]] == [
        "not-choice",
        code,
    ]
    assert numbers(office) == [1]


def test_a_batch_that_is_no_file_is_told(office: Office) -> None:
    pipe = office.desk / "pipe"
    os.mkfifo(pipe)
    (office.desk / "photos").mkdir()

    result = issue(office, pipe)

    assert result.exit_code == 1
    assert "is not a file" in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--batch", "{batch}", "--out", "{out}"], "--photos is missing"),
        (["{record}", "--out", "{out}"], "--photo is missing"),
        (["--out", "{out}"], "Give a record, or --batch"),
        (["{record}", "--batch", "{batch}", "--out", "{out}"], "Give a record, or --batch"),
        (["--batch", "{batch}", "--photos", "{photos}"], "Missing option '--out'"),
        (["{record}", "--photo", "{photo}", "--photos", "{photos}", "--out", "{out}"],
         "takes --photo, a file"),
        (["--batch", "{batch}", "--photo", "{photo}", "--photos", "{photos}", "--out", "{out}"],
         "takes --photos, a folder"),
        (["--batch", "{batch}", "--photos", "{photos}", "--out", "{out}", "--jobs", "0"], "--jobs"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(office: Office, words: list[str], sentence: str) -> None:
    places = {
        "batch": office.batch([a_record()]),
        "record": office.record(),
        "photo": office.photo(),
        "photos": office.desk / "photos",
        "out": office.desk / "out",
    }

    result = office.segel("issue", *(word.format(**places) for word in words))

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not (office.desk / "out").exists()


def test_a_person_at_a_terminal_sees_it_grow(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(300))

    terminal = Terminal(
        office.site, "issue", "--batch", batch, "--photos", office.desk / "photos",
        "--out", office.desk / "out",
    )  # fmt: skip

    assert terminal.end() == 0
    assert "Issuing 300" in terminal.shown
    assert "256/300" in terminal.shown
    assert "300/300" in terminal.shown


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_is_a_sentence_and_nothing_is_half_named(office: Office, jobs: str) -> None:
    batch = office.batch(a_record(number) for number in range(200))
    words = (
        "issue",
        "--batch",
        batch,
        "--photos",
        office.desk / "photos",
        "--out",
        office.desk / "out",
    )

    def no_room() -> None:
        # No file may grow beyond 60 KB, and a certificate is larger.
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    full = office.start(
        *words, "--jobs", jobs, preexec_fn=no_room, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    _, said = full.communicate()

    assert full.returncode == 1
    assert said.decode().splitlines()[-1].startswith("segel: ")
    assert "the same command goes on from here" in said.decode()
    assert "Traceback" not in said.decode()
    assert [path.name for path in (office.desk / "out").iterdir()] == []
    assert issue(office, batch).exit_code == 0
    assert numbers(office) == list(range(1, 201))


def test_an_interruption_from_the_keyboard_says_how_to_go_on(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(600))
    words = (
        "issue",
        "--batch",
        batch,
        "--photos",
        office.desk / "photos",
        "--out",
        office.desk / "out",
    )
    command = office.start(*words, "--jobs", "2", stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until(lambda: any((office.desk / "out").glob("*.pdf")))

    command.send_signal(2)
    _, said = command.communicate()

    assert command.returncode == 1
    assert said.decode() == "segel: interrupted; the same command goes on from here\n"
    assert [path for path in (office.desk / "out").iterdir() if path.suffix != ".pdf"] == []
    assert issue(office, batch).exit_code == 0
    assert numbers(office) == list(range(1, 601))
