"""The page of a station in a browser: what it says, what it sends and when, and what it forgets.

The office's answers are prepared, and the camera is Chromium's own made-up one; sheets and cards
come before a camera in tests/journeys/test_scan_at_the_station.py.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kiosk.actions.scans import ScanState, ShownCard
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.scanning.card import Hint
from tests.public_site import CODE, NIK, NUMBER, PublicSite
from tests.stations import LOOKING, PreparedStation

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[4] / "node_modules" / "axe-core" / "axe.min.js"
FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
CORNERS = ((300.0, 160.0), (980.0, 150.0), (990.0, 580.0), (310.0, 590.0))
FOUND = ScanState(state="looking", corners=CORNERS)
MATCH = ScanState(state="match")
OTHER = ScanState(state="no-match", tries_left=2)
AGAIN = ScanState(state="try-again", tries_left=2)
LAST = ScanState(state="try-again", tries_left=0)
READ = ScanState(
    state="read", shown=ShownCard(nik="997101******0003", name="R**** W********", birth_year="1996")
)


@pytest.fixture
def station() -> PreparedStation:
    """The station's office."""
    return PreparedStation()


@pytest.fixture
def station_site(tmp_path: Path, station: PreparedStation) -> Iterator[PublicSite]:
    """The station, served."""
    served = PublicSite(tmp_path, station=station.desk)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def cameras(launch_chromium: Callable[..., Browser]) -> Browser:
    """A Chromium with a made-up camera, which anybody may use."""
    return launch_chromium(*FAKE_CAMERA)


@pytest.fixture
def kiosk(cameras: Browser) -> Iterator[Page]:
    """A page of its own, on a desk's screen."""
    context = a_desk(cameras)
    yield context.new_page()
    context.close()


def a_desk(browser: Browser, **other: Any) -> BrowserContext:
    """A screen on a desk, set to Indonesian."""
    usual = {"locale": "id-ID", "viewport": {"width": 1366, "height": 768}}
    return browser.new_context(**(usual | other))


def open_station(page: Page, site: PublicSite, lang: str = "") -> None:
    page.goto(f"{site.base_url}/station{lang}")
    expect(page.locator('[data-view="start"] [data-slot="age"]')).not_to_be_empty()


def press(page: Page, go: str) -> None:
    """Press the visible button that goes there, or does that."""
    page.locator(f'[data-go="{go}"], [data-do="{go}"]').locator("visible=true").first.click()


def answer(page: Page) -> str:
    """The word of the answer, once there is one."""
    heading = page.locator('[data-view="answer"] h1')
    expect(heading).to_be_visible(timeout=20_000)
    return heading.inner_text()


def hint(page: Page) -> Locator:
    return page.locator('[data-slot="camera-hint"]')


def trouble(page: Page) -> Locator:
    return page.locator('[data-slot="trouble"]')


def view(page: Page) -> str:
    """The name of what is shown."""
    shown = page.locator("[data-view]").locator("visible=true")
    return shown.get_attribute("data-view") or ""


def fill_card(page: Page, *, nik: str = NIK, birth: str = "25-12-1996") -> None:
    page.fill("#nik", nik)
    page.fill("#birth", birth)


def fill_certificate(page: Page) -> None:
    page.fill("#number", NUMBER)
    page.fill("#code", CODE)


def camera_is_on(page: Page) -> bool:
    running: bool = page.evaluate("document.querySelector('video').srcObject !== null")
    return running


def wait_for(page: Page, true: Callable[[], object]) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("it never came true")


def posted(site: PublicSite) -> list[str]:
    """The addresses that something was sent to."""
    return [one.address.partition("?")[0] for one in site.requests if one.method != "GET"]


# --- What is sent, and when


def test_no_picture_leaves_before_the_press_and_none_after_the_answer(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [LOOKING, FOUND, MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "sheet")
    wait_for(kiosk, lambda: camera_is_on(kiosk))
    kiosk.wait_for_timeout(1500)
    press(kiosk, "back")
    assert posted(station_site) == []

    press(kiosk, "card")
    assert answer(kiosk) == "COCOK"
    kiosk.wait_for_timeout(1500)

    assert posted(station_site) == ["/station/scans", *["/station/scans/scan-1/frames"] * 3]
    assert not camera_is_on(kiosk)
    press(kiosk, "next")
    wait_for(kiosk, lambda: station.ended == ["scan-1"])
    assert len(station.pictures) == 3


def test_a_picture_is_a_jpeg_of_the_whole_camera_picture_1280_wide(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    answer(kiosk)

    picture = cv2.imdecode(np.frombuffer(station.pictures[0], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (720, 1280, 3)
    sent = next(one for one in station_site.requests if one.address.endswith("/frames?"))
    assert ("CONTENT_TYPE", "image/jpeg") in sent.headers or sent.body[:2] == b"\xff\xd8"


def test_pictures_go_one_at_a_time(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    at_once: list[int] = []
    under_way = [0]

    def slowly() -> None:
        under_way[0] += 1
        at_once.append(under_way[0])
        Event().wait(0.9)
        under_way[0] -= 1

    station.meanwhile = slowly
    station.answers = [LOOKING, LOOKING, LOOKING, MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    answer(kiosk)

    assert at_once == [1, 1, 1, 1]


def test_whoever_turns_away_is_not_looked_at_any_more(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "card")
    wait_for(kiosk, lambda: station.pictures)

    kiosk.keyboard.press("Escape")
    wait_for(kiosk, lambda: station.ended == ["scan-1"])
    seen = len(station.pictures)
    kiosk.wait_for_timeout(1500)

    assert view(kiosk) == "start"
    assert not camera_is_on(kiosk)
    assert len(station.pictures) <= seen + 1


def test_an_answer_that_comes_too_late_is_shown_to_nobody(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    turned_away = Event()
    station.meanwhile = lambda: turned_away.wait(20)
    station.answers = [READ]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    wait_for(kiosk, lambda: station.pictures)

    kiosk.keyboard.press("Escape")
    turned_away.set()
    kiosk.wait_for_timeout(1000)

    assert view(kiosk) == "start"
    assert "R**** W********" not in everything(kiosk)


def test_whoever_leaves_the_page_ends_the_scan(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "card")
    wait_for(kiosk, lambda: station.pictures)

    kiosk.goto(f"{station_site.base_url}/check")

    wait_for(kiosk, lambda: station.ended == ["scan-1"])


# --- While a card is held up


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Hint.BLACK, "Buka penutup kamera"),
        (Hint.DARK, "Terlalu gelap"),
        (Hint.BRIGHT, "Terlalu terang"),
        (Hint.NO_CARD, "di dalam bingkai"),
        (Hint.CUT_OFF, "Kartu terpotong: masukkan seluruh kartu ke dalam bingkai"),
        (Hint.FAR, "Dekatkan sedikit"),
        (Hint.NEAR, "Jauhkan sedikit"),
        (Hint.GLARE, "Kurangi pantulan cahaya: miringkan kartu sedikit"),
        (Hint.BLURRED, "bersihkan lensa"),
    ],
)
def test_every_hint_is_a_sentence(
    kiosk: Page, station_site: PublicSite, station: PreparedStation, what: Hint, words: str
) -> None:
    station.answers = [ScanState(state="looking", hints=(str(what), "far"), corners=CORNERS)]
    open_station(kiosk, station_site)
    press(kiosk, "card")

    expect(hint(kiosk)).to_contain_text(words)


def test_a_card_that_is_found_is_outlined_where_it_lies(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [FOUND]
    open_station(kiosk, station_site)
    press(kiosk, "card")

    expect(hint(kiosk)).to_contain_text("Kartu terlihat")
    expect(kiosk.locator('[data-slot="picture"]')).to_have_attribute("data-found", "yes")
    drawn = kiosk.evaluate(
        """() => {
          const canvas = document.querySelector('[data-slot="outline"]');
          const drawing = canvas.getContext("2d");
          const at = (x, y) => drawing.getImageData(x, y, 1, 1).data[3] > 0;
          return [canvas.width, canvas.height, at(640, 155), at(305, 370), at(640, 370)];
        }"""
    )
    assert drawn == [1280, 720, True, True, False]


# --- The answers


@pytest.mark.parametrize(
    ("state", "word", "sentence", "buttons"),
    [
        (MATCH, "COCOK", "sama dengan data penerima surat", {"Berikutnya"}),
        (
            OTHER,
            "TIDAK COCOK",
            "Kartu ini bukan kartu penerima surat ini. Jangan serahkan. Hubungi petugas.",
            {"Coba lagi", "Ketik saja", "Berikutnya"},
        ),
        (AGAIN, "COBA LAGI", "Sisa 2 kali", {"Coba lagi", "Ketik saja", "Berikutnya"}),
        (LAST, "MINTA PETUGAS MEMERIKSA", "Petugas akan melihat kartunya", {"Berikutnya"}),
        (READ, "KARTU TERBACA", "Tidak dibandingkan", {"Berikutnya"}),
    ],
    ids=["match", "no match", "try again", "last try", "read"],
)
def test_every_answer_has_its_word_its_sentence_and_what_comes_next(
    kiosk: Page,
    station_site: PublicSite,
    station: PreparedStation,
    state: ScanState,
    word: str,
    sentence: str,
    buttons: set[str],
) -> None:
    station.answers = [state]
    open_station(kiosk, station_site)
    press(kiosk, "card")

    assert answer(kiosk) == word
    shown = kiosk.locator('[data-view="answer"]')
    assert sentence in shown.inner_text()
    assert "Kartu terbaca, bukan berarti kartu asli" in shown.inner_text()
    assert {one.inner_text() for one in shown.get_by_role("button").all()} == buttons
    assert kiosk.evaluate("document.activeElement.textContent") == word
    live = kiosk.locator("[aria-live=assertive]")
    assert live.inner_text().startswith(f"{word}. ")


def test_each_answer_has_a_drawing_and_a_colour_of_its_own(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    looks = set()
    for state in (MATCH, OTHER, AGAIN, LAST, READ):
        station.answers = [state]
        open_station(kiosk, station_site)
        press(kiosk, "card")
        answer(kiosk)
        drawing = kiosk.locator('[data-slot="answer-icon"]').get_attribute("href")
        colour = kiosk.evaluate(
            "getComputedStyle(document.querySelector('[data-slot=answer]')).backgroundColor"
        )
        looks |= {drawing, colour}

    assert len(looks) == 10


def test_what_was_read_is_shown_as_masked_as_it_came(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [READ]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    answer(kiosk)

    shown = kiosk.locator('[data-slot="shown"]').inner_text()
    assert "R**** W********" in shown
    assert "997101******0003" in shown
    assert "1996" in shown


def test_suspicions_stand_in_a_line_of_their_own(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [ScanState(state="match", suspicions=("grey", "screen"))]
    open_station(kiosk, station_site)
    press(kiosk, "card")

    assert answer(kiosk) == "COCOK"
    lines = kiosk.locator('[data-slot="suspicions"] li')
    assert [line.partition(":")[0] for line in lines.all_inner_texts()] == [
        "Kartu ini tidak berwarna",
        "Ini tampak seperti gambar di layar, bukan kartu.",
    ]


def test_trying_again_goes_on_with_the_same_scan(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [AGAIN, MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    assert answer(kiosk) == "COBA LAGI"

    kiosk.locator('[data-slot="once-more"]').click()

    expect(kiosk.locator('[data-view="answer"] h1')).to_have_text("COCOK")
    assert station.opened == [None]


COUNT_TONES = """
  window.tones = [];
  const create = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const tone = create.call(this);
    const start = tone.start.bind(tone);
    tone.start = (from) => { window.tones.push(tone.frequency.value); start(from); };
    return tone;
  };
"""


def test_match_and_no_match_sound_different(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    kiosk.add_init_script(COUNT_TONES)
    heard = []
    for state in (MATCH, OTHER):
        station.answers = [state]
        open_station(kiosk, station_site)
        press(kiosk, "card")
        answer(kiosk)
        heard.append(kiosk.evaluate("window.tones"))

    rising, falling = heard
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert len(rising) == len(falling) == 2


@pytest.mark.parametrize(
    ("refusal", "word", "sentence"),
    [
        (NotPermitted("x"), "JANGAN SERAHKAN", "tidak berlaku"),
        (NotNow("x"), "TIDAK DAPAT DIPERIKSA", "Tunggu sebentar"),
    ],
)
def test_a_scan_that_cannot_begin_is_told_as_largely(
    kiosk: Page,
    station_site: PublicSite,
    station: PreparedStation,
    refusal: Exception,
    word: str,
    sentence: str,
) -> None:
    station.refusal = refusal
    open_station(kiosk, station_site)
    press(kiosk, "card")

    assert answer(kiosk) == word
    assert sentence in kiosk.locator('[data-view="answer"]').inner_text()
    assert not camera_is_on(kiosk)
    assert station.pictures == []


# --- Troubles


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "tidak diizinkan"),
        ("NotFoundError", "tidak ditemukan"),
        ("NotReadableError", "program lain"),
        ("SecurityError", "https"),
        ("UnknownError", "tidak berfungsi"),
    ],
)
def test_every_trouble_with_the_camera_has_its_sentence_and_a_way_on(
    kiosk: Page, station_site: PublicSite, name: str, words: str
) -> None:
    kiosk.add_init_script(
        """const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let taken = 0;
        navigator.mediaDevices.getUserMedia = async (asked) => {
          if (!taken++) throw new DOMException('', 'NAME');
          return take(asked);
        };""".replace("NAME", name)
    )
    open_station(kiosk, station_site)
    press(kiosk, "sheet")

    expect(trouble(kiosk)).to_contain_text(words)
    assert "ketik" in trouble(kiosk).inner_text()
    expect(kiosk.get_by_role("button", name="Coba lagi")).to_be_focused()
    kiosk.keyboard.press("Enter")
    expect(hint(kiosk)).not_to_be_empty()
    expect(trouble(kiosk)).to_be_hidden()
    wait_for(kiosk, lambda: camera_is_on(kiosk))


def test_a_camera_that_is_unplugged_is_told_and_nothing_more_is_sent(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "card")
    wait_for(kiosk, lambda: station.pictures)

    kiosk.evaluate(
        "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )

    expect(trouble(kiosk)).to_contain_text("tercabut")
    seen = len(station.pictures)
    kiosk.wait_for_timeout(1200)
    assert len(station.pictures) <= seen + 1


# A camera whose pictures are all of one colour, drawn anew so many times.
PLAIN_CAMERA = """
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 640, height: 360 });
    const drawing = canvas.getContext("2d");
    const draw = () => { drawing.fillStyle = "COLOUR"; drawing.fillRect(0, 0, 640, 360); };
    for (let count = 0; count < TIMES; count++) setTimeout(draw, 100 * count);
    return canvas.captureStream(10);
  };
"""


def test_black_pictures_are_told_and_not_sent(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    kiosk.add_init_script(PLAIN_CAMERA.replace("COLOUR", "#000").replace("TIMES", "200"))
    open_station(kiosk, station_site)
    press(kiosk, "card")

    expect(hint(kiosk)).to_contain_text("Gambar kamera hitam", timeout=10_000)
    assert station.pictures == []


@pytest.mark.parametrize("times", ["0", "15"])
def test_pictures_that_stand_still_or_never_come_are_told(
    kiosk: Page, station_site: PublicSite, times: str
) -> None:
    kiosk.add_init_script(PLAIN_CAMERA.replace("COLOUR", "#888").replace("TIMES", times))
    open_station(kiosk, station_site)
    press(kiosk, "sheet")

    expect(trouble(kiosk)).to_contain_text("Gambar kamera berhenti", timeout=15_000)


def test_a_server_that_does_not_answer_is_told(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "card")
    wait_for(kiosk, lambda: station.pictures)

    kiosk.route("**/frames", lambda route: route.abort())

    expect(trouble(kiosk)).to_contain_text("Komputer kantor tidak menjawab", timeout=15_000)
    assert not camera_is_on(kiosk)


def test_a_server_that_hangs_is_told(kiosk: Page, station_site: PublicSite) -> None:
    kiosk.clock.install()
    open_station(kiosk, station_site)
    kiosk.route("**/frames", lambda route: None)
    with kiosk.expect_request("**/frames"):
        press(kiosk, "card")

    kiosk.clock.fast_forward(21_000)

    expect(trouble(kiosk)).to_contain_text("Komputer kantor tidak menjawab")


def test_a_scan_that_was_forgotten_begins_anew(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [LOOKING, Unknown("x"), MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "card")
    expect(trouble(kiosk)).to_contain_text("sudah berakhir")

    press(kiosk, "retry")

    assert answer(kiosk) == "COCOK"
    assert station.opened == [None, None]


def test_where_the_page_is_not_secure_it_says_what_to_do_and_lets_people_type(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    # As in a browser that came by plain http and another name than localhost.
    kiosk.add_init_script(
        """Object.defineProperty(window, "isSecureContext", { value: false });
        delete Navigator.prototype.mediaDevices;
        delete Crypto.prototype.subtle;"""
    )
    station.answers = [MATCH]
    kiosk.goto(f"{station_site.base_url}/station")
    expect(kiosk.locator('[data-slot="insecure"]')).to_be_visible()
    expect(kiosk.locator('[data-slot="insecure"]')).to_contain_text("http://localhost")
    expect(kiosk.get_by_role("button", name="Periksa KTP")).to_be_hidden()

    press(kiosk, "type")
    fill_certificate(kiosk)
    fill_card(kiosk)
    kiosk.keyboard.press("Enter")

    assert answer(kiosk) == "COCOK"


def test_our_own_failure_is_said_to_be_one(kiosk: Page, station_site: PublicSite) -> None:
    kiosk.add_init_script(
        "HTMLCanvasElement.prototype.toBlob = () => { throw new Error('broken') }"
    )
    open_station(kiosk, station_site)
    kiosk.evaluate("setTimeout(() => { throw new Error('broken') })")

    assert answer(kiosk) == "TIDAK DAPAT DIPERIKSA"
    assert "tidak berarti siapa pun bersalah" in kiosk.locator('[data-view="answer"]').inner_text()


# --- Several cameras

TWO_CAMERAS = """
  const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  navigator.mediaDevices.enumerateDevices = async () => [
    ...(await list()).filter(({ kind }) => kind === "videoinput"),
    { kind: "videoinput", deviceId: "back", label: "camera2 0, facing back" },
    { kind: "videoinput", deviceId: "usb", label: "HD Webcam (046d:0825)" },
    { kind: "audioinput", deviceId: "x", label: "Microphone" },
  ];
  window.asked = [];
  const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    window.asked.push(video.deviceId?.exact ?? "any");
    return take({ video: true });
  };
"""


def test_of_several_cameras_one_is_chosen_and_remembered_until_the_page_is_closed(
    kiosk: Page, station_site: PublicSite
) -> None:
    kiosk.add_init_script(TWO_CAMERAS)
    open_station(kiosk, station_site)
    press(kiosk, "sheet")
    choice = kiosk.get_by_label("Kamera", exact=True)
    expect(choice).to_be_visible()
    assert choice.locator("option").all_inner_texts()[1:] == ["Kamera belakang", "HD Webcam"]

    choice.select_option("usb")
    wait_for(kiosk, lambda: kiosk.evaluate("window.asked.length") == 2)
    press(kiosk, "back")
    press(kiosk, "card")
    wait_for(kiosk, lambda: kiosk.evaluate("window.asked.length") == 3)

    assert kiosk.evaluate("window.asked") == ["any", "usb", "usb"]
    assert kiosk.evaluate("localStorage.length + sessionStorage.length") == 0


def test_one_camera_is_no_choice(kiosk: Page, station_site: PublicSite) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "sheet")
    wait_for(kiosk, lambda: camera_is_on(kiosk))

    expect(kiosk.locator('[data-slot="cameras"]')).to_be_hidden()


# --- Typing


def test_what_stands_on_the_card_can_be_typed_instead(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [OTHER]
    open_station(kiosk, station_site)
    press(kiosk, "type")
    fill_certificate(kiosk)
    fill_card(kiosk, birth="25121996")
    kiosk.keyboard.press("Enter")

    assert answer(kiosk) == "TIDAK COCOK"
    assert station.opened == [f"{NUMBER} {CODE}"]
    assert station.typed == [(NIK, "1996-12-25")]
    assert NIK not in "".join(one.address for one in station_site.requests)


def test_after_typing_the_camera_looks_for_the_same_person(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [AGAIN, MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "type")
    fill_certificate(kiosk)
    fill_card(kiosk)
    kiosk.keyboard.press("Enter")
    assert answer(kiosk) == "COBA LAGI"

    kiosk.locator('[data-slot="once-more"]').click()

    expect(kiosk.locator('[data-view="answer"] h1')).to_have_text("COCOK")
    assert station.opened == [f"{NUMBER} {CODE}"]


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [Invalid([Fault(path="nik", code="nik-length", sentence="x")]), MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "type")
    kiosk.locator('[data-form="card"] .main').click()
    expect(kiosk.locator("#number-fault")).to_be_visible()
    expect(kiosk.locator("#number")).to_be_focused()

    fill_certificate(kiosk)
    fill_card(kiosk, nik=NIK[:15])
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#nik-fault")).to_contain_text("16 angka")
    expect(kiosk.locator("#number-fault")).to_be_hidden()
    assert kiosk.input_value("#nik") == NIK[:15]
    assert kiosk.input_value("#birth") == "25-12-1996"

    kiosk.fill("#nik", NIK)
    kiosk.keyboard.press("Enter")
    assert answer(kiosk) == "COCOK"
    assert station.opened == [f"{NUMBER} {CODE}"]


def test_another_certificate_is_another_scan(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [Invalid([Fault(path="nik", code="nik-length", sentence="x")]), MATCH]
    open_station(kiosk, station_site)
    press(kiosk, "type")
    fill_certificate(kiosk)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#nik-fault")).to_be_visible()

    kiosk.fill("#number", "SKCK/YANMAS/2")
    kiosk.keyboard.press("Enter")
    answer(kiosk)

    assert station.opened == [f"{NUMBER} {CODE}", f"SKCK/YANMAS/2 {CODE}"]
    wait_for(kiosk, lambda: station.ended == ["scan-1"])


def test_where_no_card_can_be_read_people_type(kiosk: Page, tmp_path: Path) -> None:
    desk = PreparedStation(reads_cards=False, answers=[MATCH])
    site = PublicSite(tmp_path, station=desk.desk)
    site.start()
    try:
        open_station(kiosk, site)
        assert "tidak dapat membaca kartu" in kiosk.locator('[data-view="start"]').inner_text()

        press(kiosk, "card")

        assert view(kiosk) == "type"
        assert posted(site) == []
    finally:
        site.stop()


def test_a_large_screen_for_fingers_has_a_number_pad(
    cameras: Browser, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [MATCH]
    context = a_desk(cameras, viewport={"width": 1080, "height": 1920}, has_touch=True)
    page = context.new_page()
    open_station(page, station_site)
    press(page, "type")
    fill_certificate(page)
    pad = page.get_by_role("group", name="Tombol angka")

    def tap(keys: str) -> None:
        for key in keys:
            pad.get_by_role("button", name=key, exact=True).tap()

    tap("99712⌫" + NIK[4:])
    page.locator("#birth").tap()
    tap("25-12-1996")
    page.locator('[data-form="card"] .main').tap()

    assert answer(page) == "COCOK"
    assert station.typed == [(NIK, "1996-12-25")]
    context.close()


def test_a_desk_has_keys_of_its_own(kiosk: Page, station_site: PublicSite) -> None:
    open_station(kiosk, station_site)
    press(kiosk, "type")

    expect(kiosk.locator('[data-slot="pad"]')).to_be_hidden()
    assert kiosk.locator("#nik").get_attribute("inputmode") == "numeric"


# --- The end of a visit


def everything(page: Page) -> str:
    """All that the page holds: its text, what was typed, what is kept, its history."""
    held: str = page.evaluate(
        """() => [
          document.documentElement.outerHTML,
          ...[...document.querySelectorAll("input")].map((field) => field.value),
          JSON.stringify(history.state), location.href, document.title,
          JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
        ].join("\\n")"""
    )
    return held


def test_at_the_end_nothing_of_anybody_is_left_in_the_page(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [READ]
    open_station(kiosk, station_site)
    before = everything(kiosk)
    press(kiosk, "type")
    fill_certificate(kiosk)
    fill_card(kiosk)
    kiosk.keyboard.press("Enter")
    answer(kiosk)
    personal = (NUMBER, CODE, NIK, "R**** W********", "997101******0003", "25-12-1996")
    assert all(one in everything(kiosk) for one in personal)

    press(kiosk, "next")

    left = everything(kiosk)
    assert [one for one in personal[:-1] if one in left] == []
    # The date stands in the hint as an example; as often as before anybody came.
    assert left.count("25-12-1996") == before.count("25-12-1996")
    assert view(kiosk) == "start"
    assert kiosk.context.cookies() == []


def at_rest(page: Page, site: PublicSite) -> None:
    page.clock.install()
    open_station(page, site)
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))


def test_a_visit_that_nobody_goes_on_with_ends_by_itself_and_says_so_before(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    at_rest(kiosk, station_site)
    press(kiosk, "type")
    fill_card(kiosk)
    warning = kiosk.locator('[data-slot="idle"]')

    kiosk.clock.run_for(39_000)
    expect(warning).to_be_hidden()
    kiosk.clock.run_for(2_000)
    expect(warning).to_contain_text("dalam 20 detik")
    assert view(kiosk) == "type"
    kiosk.clock.run_for(20_000)

    expect(warning).to_be_hidden()
    assert view(kiosk) == "start"
    assert NIK not in everything(kiosk)
    assert "Kembali ke awal" in kiosk.locator("[aria-live=assertive]").inner_text()


@pytest.mark.parametrize("how", ["button", "key"])
def test_whoever_is_still_there_stays(kiosk: Page, station_site: PublicSite, how: str) -> None:
    at_rest(kiosk, station_site)
    press(kiosk, "type")
    kiosk.clock.run_for(41_000)

    if how == "button":
        kiosk.get_by_role("button", name="Saya masih di sini").click()
    else:
        kiosk.keyboard.press("Tab")

    expect(kiosk.locator('[data-slot="idle"]')).to_be_hidden()
    kiosk.clock.run_for(39_000)
    assert view(kiosk) == "type"


def test_the_beginning_waits_for_ever(kiosk: Page, station_site: PublicSite) -> None:
    at_rest(kiosk, station_site)

    kiosk.clock.run_for(200_000)

    expect(kiosk.locator('[data-slot="idle"]')).to_be_hidden()


# --- For everybody: keys, languages, small and large screens


def test_it_can_be_used_with_the_keyboard_alone(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [AGAIN, MATCH]
    open_station(kiosk, station_site)

    def tab_to(words: str) -> None:
        for _ in range(20):
            kiosk.keyboard.press("Tab")
            if words in kiosk.evaluate("document.activeElement.innerText ?? ''"):
                return
        pytest.fail(f"the keyboard does not reach {words}")

    tab_to("Periksa KTP")
    kiosk.keyboard.press("Space")
    assert answer(kiosk) == "COBA LAGI"
    # The heading has the focus, and Enter presses what stands out.
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator('[data-view="answer"] h1')).to_have_text("COCOK")
    kiosk.keyboard.press("Enter")
    assert view(kiosk) == "start"
    kiosk.keyboard.press("Enter")
    assert view(kiosk) == "camera"
    kiosk.keyboard.press("Escape")
    assert view(kiosk) == "start"


def test_it_speaks_english_too(
    kiosk: Page, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [Unknown("x")]
    open_station(kiosk, station_site, "?lang=en")
    press(kiosk, "card")

    expect(trouble(kiosk)).to_contain_text("This check has ended. Begin again.")


def test_without_scripts_a_form_does_it(
    cameras: Browser, station_site: PublicSite, station: PreparedStation
) -> None:
    station.answers = [
        Invalid([Fault(path="birth", code="date", sentence="must be a date")]),
        MATCH,
    ]
    context = a_desk(cameras, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{station_site.base_url}/station")
    expect(page.get_by_role("button", name="Periksa KTP")).to_be_hidden()
    fill_certificate(page)
    fill_card(page, birth="31-02-1996")
    page.get_by_role("button", name="Periksa", exact=True).click()

    expect(page.locator("#birth-fault")).to_contain_text("Ketik tanggal lahir")
    assert page.input_value("#number") == NUMBER
    assert page.input_value("#nik") == ""
    fill_card(page)
    page.get_by_role("button", name="Periksa", exact=True).click()
    expect(page.locator("h1")).to_have_text("COCOK")
    assert page.url == f"{station_site.base_url}/station"
    context.close()


def start(page: Page, station: PreparedStation) -> None:
    del page, station


def looking(page: Page, station: PreparedStation) -> None:
    press(page, "card")
    wait_for(page, lambda: station.pictures)
    expect(hint(page)).to_contain_text("di dalam bingkai")


def sheet(page: Page, station: PreparedStation) -> None:
    del station
    press(page, "sheet")
    wait_for(page, lambda: camera_is_on(page))


def camera_gone(page: Page, station: PreparedStation) -> None:
    sheet(page, station)
    page.evaluate(
        "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    expect(trouble(page)).to_be_visible()


def answered(state: ScanState) -> Callable[[Page, PreparedStation], None]:
    """Opens an answer."""

    def open_answer(page: Page, station: PreparedStation) -> None:
        station.answers = [state]
        press(page, "card")
        answer(page)

    return open_answer


def typing_refused(page: Page, station: PreparedStation) -> None:
    del station
    press(page, "type")
    page.locator('[data-form="card"] .main').click()
    expect(page.locator("#number-fault")).to_be_visible()


def warned(page: Page, station: PreparedStation) -> None:
    typing_refused(page, station)
    page.evaluate("document.querySelector('[data-slot=idle]').hidden = false")
    page.evaluate("document.querySelector('[data-slot=idle-words]').textContent = '20'")


STATES: dict[str, Callable[[Page, PreparedStation], None]] = {
    "start": start,
    "sheet": sheet,
    "card": looking,
    "camera gone": camera_gone,
    "match": answered(ScanState(state="match", suspicions=("grey",))),
    "no match": answered(OTHER),
    "try again": answered(AGAIN),
    "ask": answered(LAST),
    "read": answered(READ),
    "typing": typing_refused,
    "warned": warned,
}
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
    "desk": {"viewport": {"width": 1366, "height": 768}},
    "kiosk": {"viewport": {"width": 1080, "height": 1920}, "has_touch": True},
    "wide": {"viewport": {"width": 1920, "height": 1080}, "has_touch": True},
}


@pytest.mark.parametrize(
    ("state", "screen"),
    [
        *((state, screen) for state in STATES for screen in ("phone", "kiosk")),
        *(
            (state, screen)
            for state in ("start", "card", "no match")
            for screen in ("desk", "wide")
        ),
    ],
)
def test_nothing_stands_in_anybodys_way(
    cameras: Browser, station_site: PublicSite, station: PreparedStation, state: str, screen: str
) -> None:
    context = a_desk(cameras, **SCREENS[screen])
    page = context.new_page()
    open_station(page, station_site)
    STATES[state](page, station)

    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, .top a")]
          .filter((one) => one.offsetParent)
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]
    ] == []
    context.close()


def test_nothing_moves_for_whoever_wants_no_motion(
    cameras: Browser, station_site: PublicSite, station: PreparedStation
) -> None:
    context = a_desk(cameras, reduced_motion="reduce")
    page = context.new_page()
    open_station(page, station_site)
    warned(page, station)

    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0
    context.close()
