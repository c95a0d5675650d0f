"""`python -m verifier` and what stands behind `segel verify`: exit codes, JSON, words, limits."""

import io
import json
import os
import shlex
import subprocess
import sys
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.builders import (
    BUDI,
    DAY,
    EXPIRES,
    NOW,
    RATNA,
    a_certificate,
    a_trust,
)
from tests.house.repository import ROOT
from tests.pictures import jpeg, photograph, printed
from tests.verifier.attacks import genuine
from tests.verifier.letters import a_letter, an_identity, signed
from tests.verifier.measured import squeezed
from tests.verifier.offices import published
from tests.verifier.test_pages import one_page, stream
from verifier.command import main, report, run, trust_folder, verdict_json
from verifier.documents import check_file
from verifier.verdict import Finding, Level, Outcome, Verdict
from verifier.wording import LANGUAGES

AT = datetime.fromtimestamp(NOW, UTC).isoformat()


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("office") / "public", withdrawn=(17,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of each kind."""
    folder = tmp_path_factory.mktemp("files")
    out = io.BytesIO()
    Image.fromarray(printed(genuine())).resize((1240, 1754)).save(out, "PDF", resolution=150)
    files = {
        "skck.pdf": genuine(),
        "withdrawn.pdf": a_certificate(**BUDI).pdf,
        "forged.pdf": genuine()[:-1] + b" ",
        "photo.jpg": jpeg(photograph(printed(genuine()), np.random.default_rng(1))),
        "scan.pdf": out.getvalue(),
        "code.txt": a_certificate().token.encode() + b"\n",
        "letter.pdf": signed(a_letter(), an_identity()),
        "unsigned.pdf": a_letter(),
        "bytes.bin": bytes(range(256)),
        "blank.png": png((40, 40)),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


EXIT = {
    "skck.pdf": 0,
    "photo.jpg": 0,
    "scan.pdf": 0,
    "code.txt": 0,
    "withdrawn.pdf": 1,
    "forged.pdf": 1,
    "unsigned.pdf": 1,
    "letter.pdf": 2,
    "bytes.bin": 2,
    "blank.png": 2,
    "missing.pdf": 2,
    "": 2,
}


def png(size: tuple[int, int], data: bytes | None = None) -> bytes:
    """A white picture; or one that says so and holds `data`."""
    if data is None:
        out = io.BytesIO()
        Image.new("L", size, 255).save(out, "PNG")
        return out.getvalue()

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    wide, high = (side.to_bytes(4, "big") for side in size)
    header = chunk(b"IHDR", wide + high + b"\x08\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Ran:
    """What a run gave."""

    code: int
    text: str

    @property
    def answers(self) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = json.loads(self.text)
        return answers


def ran(paths: list[str | Path], trust: Path | None, **options: Any) -> Ran:
    out = io.StringIO()
    code = run(
        [str(path) for path in paths],
        **{"trust": trust, "now": NOW, "out": out, "stdin": io.BytesIO(), **options},
    )
    return Ran(code, out.getvalue())


# --- exit codes


@pytest.mark.parametrize(("name", "code"), EXIT.items())
def test_every_kind_of_file_has_its_exit_code(
    folder: Path, trust: Path, name: str, code: int
) -> None:
    assert ran([folder / name], trust).code == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["skck.pdf", "photo.jpg"], 0),
        (["skck.pdf", "forged.pdf"], 1),
        (["forged.pdf", "skck.pdf"], 1),
        (["forged.pdf", "missing.pdf", "skck.pdf"], 2),
    ],
)
def test_of_several_files_the_highest_code_counts(
    folder: Path, trust: Path, names: list[str], code: int
) -> None:
    result = ran([folder / name for name in names], trust, as_json=True)

    assert result.code == code
    assert [answer["exit"] for answer in result.answers] == [EXIT[name] for name in names]


def test_the_text_of_a_code_may_stand_in_the_command(trust: Path) -> None:
    token = a_certificate().token

    assert ran([token], trust).code == 0
    assert ran([token.partition("#")[2]], trust).code == 0
    assert ran([token[:-3]], trust).code == 1


def test_a_file_wins_over_a_text_of_the_same_name(
    folder: Path, trust: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "12345678901234567").write_bytes(genuine())
    monkeypatch.chdir(folder)

    assert ran(["12345678901234567"], trust).code == 0


def test_standard_input_is_read(trust: Path) -> None:
    result = ran(["-"], trust, stdin=io.BytesIO(genuine()), as_json=True)

    assert result.code == 0
    assert result.answers[0]["file"] == "-"


def test_time_moves_a_certificate_on(folder: Path, trust: Path) -> None:
    path: list[str | Path] = [folder / "skck.pdf"]

    outcomes = [
        ran(path, trust, now=now, as_json=True).answers[0]["outcome"]
        for now in (NOW, NOW + DAY, EXPIRES, NOW - DAY)
    ]

    assert outcomes == ["genuine", "genuine-as-of", "expired", "cannot-check"]


# --- JSON


def test_json_is_one_array_whatever_the_files_are(folder: Path, trust: Path) -> None:
    paths: list[str | Path] = [folder / name for name in EXIT]

    answers = ran([*paths, "-", "\udcff.pdf", "a\0b"], trust, as_json=True).answers

    assert [answer["file"] for answer in answers][: len(paths)] == [str(path) for path in paths]
    assert len(answers) == len(paths) + 3
    for answer in answers:
        assert set(answer) >= {"file", "exit", "outcome", "findings"}
        assert answer["outcome"] in set(Outcome)
        assert answer["findings"]
        for finding in answer["findings"]:
            assert set(finding) == {"number", "code", "level", "sentence"}
            assert finding["sentence"]


def test_json_holds_the_signed_fields_and_the_time_of_the_list(folder: Path, trust: Path) -> None:
    answer = ran([folder / "skck.pdf"], trust, as_json=True).answers[0]

    assert answer["as_of"] == NOW - 3600
    assert answer["certificate"] == {
        "number": RATNA["number"],
        "name": "RATNA WULANDARI",
        "birth_year": 1996,
        "nik_code": answer["certificate"]["nik_code"],
        "unit": "POLRES CONTOH",
        "issued_on": "2026-08-31",
        "valid_until": "2027-02-28",
        "purpose": "melamar pekerjaan",
        "result": 0,
    }


@pytest.mark.parametrize("damage", ["missing", "bundle", "list", "root"])
def test_json_is_whole_where_the_trust_folder_is_not(
    folder: Path, tmp_path: Path, damage: str
) -> None:
    trust = published(tmp_path / "public")
    spoilt = {"bundle": "bundle", "list": "status/85", "root": "root.pem"}
    if damage == "missing":
        trust = tmp_path / "nowhere"
    else:
        (trust / spoilt[damage]).write_bytes(b"nothing")

    result = ran([folder / "skck.pdf", folder / "forged.pdf"], trust, as_json=True)

    assert result.code == 2
    assert [answer["findings"][0]["code"] for answer in result.answers] == ["no-trust"] * 2


def test_a_root_key_from_elsewhere_decides_over_the_folders(folder: Path, tmp_path: Path) -> None:
    trust = published(tmp_path / "public")
    other = tmp_path / "root.pem"
    other.write_bytes((trust / "root.pem").read_bytes())
    (trust / "root.pem").write_bytes(b"nothing")

    assert ran([folder / "skck.pdf"], trust).code == 2
    assert ran([folder / "skck.pdf"], trust, root=other).code == 0


def test_the_same_verdict_is_given_to_other_programs(folder: Path) -> None:
    verdict = check_file((folder / "skck.pdf").read_bytes(), a_trust(), now=NOW)

    english = verdict_json(verdict, "en")

    assert json.loads(json.dumps(english)) == english
    assert english["certificate"]["purpose"] == "job application"


# --- what a person reads


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("skck.pdf", "ASLI"),
        ("withdrawn.pdf", "DICABUT"),
        ("forged.pdf", "TIDAK SAH"),
        ("bytes.bin", "TIDAK DAPAT DIPERIKSA"),
        ("letter.pdf", "DITANDATANGANI PENERBIT LAIN"),
    ],
)
def test_the_verdict_is_the_first_word(folder: Path, trust: Path, name: str, word: str) -> None:
    lines = ran([folder / name], trust).text.splitlines()

    assert lines[0] == str(folder / name)
    assert lines[2].strip() == word


def test_an_old_list_is_told_with_its_date(folder: Path, trust: Path) -> None:
    text = ran([folder / "skck.pdf"], trust, now=NOW + DAY).text

    assert "ASLI, status per 31 Agustus 2026 11.20 WIB" in text


def test_the_signed_fields_stand_there_to_be_compared(folder: Path, trust: Path) -> None:
    text = ran([folder / "photo.jpg"], trust).text

    for shown in ("RATNA WULANDARI", RATNA["number"], "POLRES CONTOH", "28 Februari 2027"):
        assert shown in text
    assert "cocokkan setiap isian" in text


def test_the_other_language_is_english(folder: Path, trust: Path) -> None:
    text = ran([folder / "skck.pdf"], trust, language="en").text

    assert "  GENUINE\n" in text
    assert "28 February 2027" in text
    assert "no record" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nik_is_never_said(folder: Path, trust: Path, language: str) -> None:
    paths: list[str | Path] = [folder / name for name in ("skck.pdf", "photo.jpg", "withdrawn.pdf")]

    text = ran(paths, trust, language=language).text
    text += ran(paths, trust, language=language, as_json=True).text

    assert RATNA["nik"] not in text
    assert BUDI["nik"] not in text


def test_a_name_cannot_command_the_terminal(trust: Path) -> None:
    text = ran(["\x1b[2J\nASLI.pdf"], trust).text

    assert "\x1b" not in text
    assert text.startswith("?[2J?ASLI.pdf\n")


def test_letters_that_a_terminal_lacks_do_not_stop_the_answer() -> None:
    verdict = Verdict(
        outcome=Outcome.CANNOT_CHECK,
        findings=(Finding(number=19, code="file-missing", level=Level.PROBLEM),),
    )
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")

    code = run(["NGUYỄN.pdf"], trust=None, now=NOW, out=out, stdin=io.BytesIO())
    out.flush()

    assert code == 2
    assert rb"NGUY\u1ec4N.pdf" in raw.getvalue()
    assert "NGUYỄN.pdf" in report("NGUYỄN.pdf", verdict, "id")


# --- the front door


def test_the_folder_of_trust_is_the_named_one_first() -> None:
    named, environment = Path("a"), {"SEGEL_TRUST": "b", "SEGEL_SITE": "c"}

    assert trust_folder(named, environment) == Path("a")
    assert trust_folder(None, environment) == Path("b")
    assert trust_folder(None, {"SEGEL_SITE": "c"}) == Path("c/public")
    assert trust_folder(None, {}) is None


@pytest.mark.parametrize(
    "arguments", [[], ["--at", "tomorrow", "x"], ["--at", "2026-08-31T10:00", "x"], ["--lang", "x"]]
)
def test_wrong_arguments_end_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, environment={}, now=NOW, out=io.StringIO(), stdin=io.BytesIO())

    assert ended.value.code == 2
    assert "usage: python -m verifier" in capsys.readouterr().err


def test_the_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"], environment={}, now=NOW, out=io.StringIO(), stdin=io.BytesIO())

    assert ended.value.code == 0
    assert "Of several files, the" in capsys.readouterr().out


# --- the whole process


def started(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "verifier", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **environment},
    )


def test_the_process_ends_with_the_code(folder: Path, trust: Path) -> None:
    ended = started("--trust", trust, "--at", AT, "--json", folder / "skck.pdf")

    assert ended.returncode == 0
    assert ended.stderr == ""
    assert json.loads(ended.stdout)[0]["outcome"] == "genuine"


def test_the_environment_names_the_folder(folder: Path, trust: Path) -> None:
    site = str(trust.parent)

    assert started("--at", AT, folder / "skck.pdf", SEGEL_TRUST=str(trust)).returncode == 0
    assert started("--at", AT, folder / "skck.pdf", SEGEL_SITE=site).returncode == 0
    assert started("--at", AT, folder / "skck.pdf").returncode == 2


def test_the_clock_of_the_machine_is_asked(folder: Path, trust: Path) -> None:
    ended = started("--trust", trust, "--json", folder / "skck.pdf")

    now = datetime.now(UTC).timestamp()  # noqa: TID251 -- the machine's, as the process does
    expected = "cannot-check" if now < NOW - 3900 else "expired" if now > EXPIRES else "genuine"
    assert json.loads(ended.stdout)[0]["outcome"].startswith(expected)


def test_a_reader_that_goes_away_is_no_mishap(folder: Path, trust: Path) -> None:
    command = [sys.executable, "-m", "verifier", "--trust", str(trust), str(folder / "skck.pdf")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()

        assert child.stderr.read() == b""
    assert child.returncode == 2


@pytest.mark.parametrize("module", ["verifier", "kiosk"])
@pytest.mark.parametrize(
    ("streams", "code"),
    [(">/dev/full", 2), (">&-", 0), ("<&-", 0), ("| true; exit ${PIPESTATUS[0]}", 2)],
)
def test_an_answer_that_nobody_hears_is_no_forgery(
    folder: Path, trust: Path, module: str, streams: str, code: int
) -> None:
    verify = ["verify"] if module == "kiosk" else []
    # Enough of an answer that a pipe without a reader is found out.
    arguments = [*verify, "--trust", str(trust), "--at", AT, *[str(folder / "skck.pdf")] * 60]
    command = shlex.join([sys.executable, "-m", module, *arguments])

    ended = subprocess.run(
        ["/bin/bash", "-c", f"{command} {streams}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == (streams == ">/dev/full")


@pytest.mark.parametrize("name", ["skck.pdf", "code.txt", "photo.jpg", "letter.pdf"])
def test_slow_packages_stay_away_from_the_process_that_waits(
    folder: Path, trust: Path, name: str
) -> None:
    script = (
        "import sys; from verifier.command import main; main(sys.argv[1:], environment={}, now=0,"
        " out=sys.stdout, stdin=sys.stdin.buffer); print('|', *sorted(sys.modules))"
    )
    command = [sys.executable, "-c", script, "--trust", str(trust), "--at", AT]
    command += [str(folder / name)]

    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    imported = {name.partition(".")[0] for name in ended.stdout.rpartition("|")[2].split()}
    slow = {"pyhanko", "asn1crypto", "cv2", "pypdfium2", "reportlab", "zxingcpp", "pyzbar"}
    slow |= {"sqlalchemy", "flask", "click", "kiosk"}
    if name != "skck.pdf":
        # With these a certificate is drawn again.
        slow |= {"numpy", "PIL", "qrcode"}
    assert "verifier" in imported
    assert sorted(imported & slow) == []


# --- limits

MEASURED = r"""
import io, json, pathlib, re, resource, sys
from verifier.command import main
out = io.StringIO()
code = main(sys.argv[1:], environment={}, now=0, out=out, stdin=sys.stdin.buffer)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
# Its own ru_maxrss would be that of the test run, which is handed down when a process is started.
peak = re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())
json.dump({
    "code": code,
    "answer": json.loads(out.getvalue())[0],
    "seconds": sum(one.ru_utime + one.ru_stime for one in used),
    "megabytes": (int(peak[1]) + used[1].ru_maxrss) / 1000,
}, sys.stdout)
"""


def page_bomb() -> bytes:
    """A page whose content unpacks to half a gigabyte of lines."""
    return one_page(stream(b"/Filter/FlateDecode", squeezed(1 << 29)))


def nested_bomb() -> bytes:
    """Forms that draw forms that draw forms: ten to the power of nine lines."""
    forms = [
        stream(
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>"
            % (number + 1),
            b"/F Do " * 10 if number < 14 else b"0 0 m 9 9 l S " * 10,
        )
        for number in range(5, 15)
    ]
    return one_page(stream(b"", b"/F Do"), *forms, resources=b"/XObject<</F 5 0 R>>")


def signed_bomb() -> bytes:
    """A signed letter followed by more objects than anybody reads."""
    more = b"".join(b"%d 0 obj\n<</A[%s]>>\nendobj\n" % (n, b"0 " * 400) for n in range(50, 9000))
    return signed(a_letter(), an_identity()) + more + b"startxref\n0\n%%EOF\n"


def many_ranges() -> bytes:
    return b"%PDF-1.7\n" + b"<</ByteRange[0 1 2 3]" * 900_000


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        pytest.param(
            lambda: png((20_000, 10_000), squeezed(200_010_000)), {2}, id="200 megapixels"
        ),
        pytest.param(lambda: png((65_000, 65_000), squeezed(1 << 30)), {2}, id="picture bomb"),
        pytest.param(page_bomb, {1, 2}, id="page bomb"),
        pytest.param(nested_bomb, {1, 2}, id="nested bomb"),
        pytest.param(signed_bomb, {1, 2}, id="signed bomb"),
        pytest.param(many_ranges, {1, 2}, id="many ranges"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"[" * 20_000_000, {2}, id="brackets"),
        pytest.param(lambda: genuine()[:50_000], {1}, id="cut off"),
        pytest.param(lambda: genuine() + bytes(40 << 20), {1}, id="40 MB behind a certificate"),
        pytest.param(lambda: bytes(60 << 20), {2}, id="60 MB of nothing"),
    ],
)
def test_hostile_files_get_a_clear_answer_within_the_limits(
    tmp_path: Path, trust: Path, make: Any, codes: set[int]
) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(make())
    arguments = ["--json", "--trust", str(trust), "--at", AT, str(path)]

    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )

    measured = json.loads(ended.stdout)
    assert ended.stderr == b""
    assert measured["code"] == measured["answer"]["exit"]
    assert measured["code"] in codes
    assert measured["answer"]["findings"][-1]["sentence"]
    # Processor time and memory of all processes together; the machine may be busy with other work.
    assert measured["seconds"] < 2.4
    assert measured["megabytes"] < 300
