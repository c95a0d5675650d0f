"""The three browser engines and Node, each running the page's own modules over given JSON."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser

from tests.programs import program

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[4] / "kiosk" / "web" / "page"
ESBUILD = Path(__file__).parents[4] / "node_modules" / "esbuild" / "bin" / "esbuild"
MINI_BROWSER = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")
SECONDS = 60


class _Files(SimpleHTTPRequestHandler):
    """Serves the page's modules, the judges, and the JSON that they are to judge."""

    def __init__(self, *args: Any, vectors: bytes, **others: Any) -> None:
        self.vectors = vectors
        super().__init__(*args, **others)

    def do_GET(self) -> None:
        if self.path == "/vectors.json":
            self._answer("application/json", self.vectors)
        elif self.path in {"/page/sealing.js", "/page/locked.js"}:
            name = self.path.removeprefix("/page/")
            self._answer("text/javascript", bundled(name, "--keep-names"))
        else:
            super().do_GET()

    def _answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(content)

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0]
        inside = name.removeprefix("/page/")
        return str(PAGE / inside if inside != name else HERE / name.lstrip("/"))

    def log_message(self, *args: Any) -> None:
        """Say nothing: the tests' output is theirs."""


def bundled(name: str, *options: str) -> bytes:
    """One of the page's modules with all it imports: a browser knows no npm packages."""
    return subprocess.run(
        [
            *(program("node", package="nodejs"), ESBUILD, PAGE / name, "--bundle"),
            *("--format=esm", "--target=es2020,safari15", "--log-level=error", *options),
        ],
        capture_output=True,
        timeout=SECONDS,
        check=True,
    ).stdout


@contextmanager
def _judging(run: str, vectors: object) -> Iterator[str]:
    """The address of a page that runs the judge `run` over `vectors`."""
    files = partial(_Files, vectors=json.dumps(vectors).encode())
    with ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/judge.html?run={run}"
        server.shutdown()
        serving.join()


def in_node(run: str, vectors: object, *, folder: Path) -> Any:
    """What the judge answers in Node; `folder` is a place for a file."""
    given = folder / "vectors.json"
    given.write_text(json.dumps(vectors), encoding="utf-8")
    done = subprocess.run(
        [program("node", package="nodejs"), HERE / "node.js", run, given, PAGE],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return json.loads(done.stdout)


def in_chromium(run: str, vectors: object, *, chromium: Browser) -> Any:
    """What the judge answers in Chromium."""
    with _judging(run, vectors) as address:
        page = chromium.new_page()
        page.goto(address)
        page.wait_for_selector("body[data-answer]", state="attached", timeout=SECONDS * 1000)
        answer = page.evaluate("document.body.dataset.answer")
        page.close()
    return json.loads(answer)


def open_in_firefox(
    address: str, selector: str = "", script: str = "", *, width: int = 0
) -> dict[str, Any]:
    """The page's answer (or the text of `selector`) and every request that Firefox made.

    `script` is run in the page first, which is `width` wide if that is given.
    """
    done = subprocess.run(
        [
            program("node", package="nodejs"),
            HERE / "firefox.js",
            program("firefox-esr", package="firefox-esr"),
            address,
            selector,
            script,
            str(width),
        ],
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_firefox(run: str, vectors: object) -> Any:
    """What the judge answers in Firefox."""
    with _judging(run, vectors) as address:
        return json.loads(open_in_firefox(address)["answer"])


class WebKit:
    """A WebKitGTK window, driven by the few WebDriver commands that the tests need."""

    def __init__(self, port: int) -> None:
        self._session = f"http://127.0.0.1:{port}/session"
        browser = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": browser}}}
        self._session += "/" + self._ask("POST", "", wanted)["sessionId"]

    def _ask(self, method: str, command: str, body: object = None) -> Any:
        request = Request(  # noqa: S310 -- our own driver, on this machine
            self._session + command,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- the same
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        """Go to `address` and wait until it is loaded."""
        self._ask("POST", "/url", {"url": address})

    def run(self, script: str) -> Any:
        """What `script` (the body of a function) returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def wait_for(self, script: str) -> Any:
        """What `script` returns, as soon as that is something."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if found := self.run(script):
                return found
            time.sleep(0.1)
        raise TimeoutError(script)

    def resize(self, width: int, height: int) -> None:
        """Make the window so large."""
        self._ask("POST", "/window/rect", {"width": width, "height": height})

    def close(self) -> None:
        """Close the window and everything it kept."""
        self._ask("DELETE", "")


@contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """WebKitGTK with `folder` as its home, on a display that nobody sees."""
    display = subprocess.Popen(
        [
            program("Xvfb", package="xvfb"),
            *("-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert display.stdout is not None
    number = display.stdout.readline().strip()
    port = free_port()
    driver = subprocess.Popen(
        [program("WebKitWebDriver", package="webkit2gtk-driver"), f"--port={port}"],
        env={
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "DISPLAY": f":{number}",
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        window = WebKit(port)
        try:
            yield window
        finally:
            window.close()
    finally:
        for process in (driver, display):
            process.terminate()
            process.communicate()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


def in_webkit(run: str, vectors: object, *, folder: Path) -> Any:
    """What the judge answers in WebKitGTK."""
    with _judging(run, vectors) as address, webkit(folder) as window:
        window.open(address)
        return json.loads(window.wait_for("return document.body.dataset.answer"))


def asked(module: str, name: str, given: object) -> Any:
    """What `name` of a module answers to each of `given`."""
    script = (
        f"const {{ {name} }} = await import({json.dumps((PAGE / module).as_uri())});"
        f"console.log(JSON.stringify({json.dumps(given)}.map({name})))"
    )
    node = program("node", package="nodejs")
    command = [str(node), "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
