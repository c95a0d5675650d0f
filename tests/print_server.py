"""A print server of the test's own: cupsd with one queue, whose printer a test can let fail.

Its printer is a backend that keeps each page stack as a file. While the file `fault` holds a word,
it is out of paper (`paper`), jammed (`jam`), or frozen (`frozen`).
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.programs import program

__all__ = ["PrintServer"]

QUEUE = "blanko"
_FILES = """\
ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool/tmp
ServerBin {folder}/bin
DataDir /usr/share/cups
DocumentRoot {folder}/etc
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
FileDevice Yes
Sandboxing Relaxed
SyncOnClose Yes
User {user}
Group {group}
"""
_SERVER = """\
Listen 127.0.0.1:{port}
Browsing Off
WebInterface No
DefaultAuthType None
DirtyCleanInterval 0
JobRetryInterval 1
ErrorPolicy retry-job
PreserveJobHistory Yes
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow from 127.0.0.1
  </Limit>
</Policy>
"""
_BACKEND = """\
#!/bin/sh
[ $# -gt 0 ] || {{ echo 'direct sim "Sim" "Sim"'; exit 0; }}
cat "${{6:--}}" > "{folder}/out/.$3.$1"
while :; do
  case "$(cat {folder}/fault)" in
    paper) echo "STATE: +media-empty-error" >&2 ;;
    jam) echo "STATE: +media-jam-error" >&2 ;;
    frozen) ;;
    *) break ;;
  esac
  sleep 0.05
done
echo "STATE: -media-empty-error,media-jam-error" >&2
mv "{folder}/out/.$3.$1" "{folder}/out/$3.$1.pdf"
"""
_PPD = """\
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "SIM.PPD"
*Manufacturer: "Sim"
*Product: "(Sim)"
*ModelName: "Sim"
*ShortNickName: "Sim"
*NickName: "Sim"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter2: "application/pdf application/pdf 0 -"
*OpenUI *PageSize/Media Size: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4/A4: "0 0 595 842"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
"""


@dataclass(kw_only=True)
class PrintServer:
    """The server, in `folder`, at `port`."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        etc = self.folder / "etc"
        self.process = subprocess.Popen(
            [
                program("cupsd", package="cups"),
                *("-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")),
            ],
            start_new_session=True,
        )
        for _ in range(200):
            if self._answers():
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "error_log").read_text())

    def kill(self) -> None:
        """Kill it, and what it started, as a power cut does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # Its backends are in groups of their own.
        marked = str(self.folder).encode()
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes()
            except OSError:
                continue
            if marked in words and int(entry.parent.name) != os.getpid():
                os.kill(int(entry.parent.name), signal.SIGKILL)
        self.process = None

    def fail(self, fault: str = "") -> None:
        """Let the printer fail in this way; or none."""
        part = self.folder / "fault.part"
        part.write_text(fault)
        part.replace(self.folder / "fault")

    def come_out(self) -> list[Path]:
        """What came out, sheet by sheet."""
        return sorted((self.folder / "out").glob("*.pdf"))

    def make_queue(self) -> None:
        """Make the queue anew, without any job."""
        ppd = self.folder / "sim.ppd"
        ppd.write_text(_PPD)
        words = ["-h", f"127.0.0.1:{self.port}", "-p", QUEUE, "-E", "-v", "sim:/one", "-P"]
        subprocess.run(
            [program("lpadmin", package="cups-client"), *words, str(ppd)],
            check=True,
            capture_output=True,
        )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            return False
        finally:
            connection.close()
        return True


@pytest.fixture
def print_server() -> Iterator[PrintServer]:
    """A print server with an idle printer."""
    # Filters run as another user where tests run as root, whose folders nobody else may enter.
    folder = Path(tempfile.mkdtemp(prefix="segel-cups-"))
    folder.chmod(0o711)
    for name in ("etc", "spool", "spool/tmp", "cache", "state", "bin", "bin/backend", "out"):
        (folder / name).mkdir()
    for name in ("filter", "daemon", "driver", "monitor", "notifier", "cgi-bin"):
        (folder / "bin" / name).symlink_to(Path("/usr/lib/cups") / name)
    backend = folder / "bin" / "backend" / "sim"
    backend.write_text(_BACKEND.format(folder=folder))
    backend.chmod(0o700)
    user, group = ("lp", "lp") if os.geteuid() == 0 else (str(os.geteuid()), str(os.getegid()))
    if os.geteuid() == 0:
        for name, mode in (("spool", 0o710), ("spool/tmp", 0o1770), ("cache", 0o770)):
            shutil.chown(folder / name, "root", "lp")
            (folder / name).chmod(mode)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "etc" / "cups-files.conf").write_text(
        _FILES.format(folder=folder, user=user, group=group)
    )
    (folder / "etc" / "cupsd.conf").write_text(_SERVER.format(port=port))
    server = PrintServer(folder=folder, port=port)
    server.fail()
    server.start()
    server.make_queue()
    yield server
    server.kill()
    shutil.rmtree(folder)
