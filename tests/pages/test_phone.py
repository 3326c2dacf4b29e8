import mimetypes
from pathlib import Path

from tests.browser import chromium, needs_chromium
from tests.pages.estate import make_station
from tests.pages.people import make
from tests.pages.story import NOVEMBER, at, close, october, tell, text_of

STATIC = Path(__file__).resolve().parents[2] / "static"
HOST = "http://phone.test"
# What lies beyond the right edge of a list: nobody swipes to find their money.
CUT_OFF = """() => [...document.querySelectorAll(".lb-panel, .lb-scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.className} ${box.ariaLabel} ${box.scrollWidth} > ${box.clientWidth}`)"""
pytestmark = needs_chromium


def _serve(page, text):
    def answer(route):
        path = route.request.url.removeprefix(HOST)
        file = STATIC / path.removeprefix("/static/").partition("?")[0]
        if path == "/":
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        elif file.is_file():
            kind = mimetypes.guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto(f"{HOST}/")


def cut_off(texts):
    """Lay pages out as a phone does and return what sticks out of a panel, by page."""
    found = {}
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        for name, text in texts.items():
            page = context.new_page()
            _serve(page, text)
            found[name] = page.evaluate(CUT_OFF)
            page.close()
    return {name: boxes for name, boxes in found.items() if boxes}


def test_a_phone_shows_every_amount_of_finance(bare):
    story = tell("Floris van Nieuwenhuijzen-Brouwers")
    october(story)
    with at(NOVEMBER):
        texts = {"open": text_of(story.carla.get("/finance/months/2026-10/"))}
    close("beta")
    with at(NOVEMBER):
        texts |= {
            path: text_of(story.carla.get(f"/finance/{path}"))
            for path in (
                "months/2026-10/",
                "agreements/",
                "statements/",
                "statements/VS-2026-10-0001/",
            )
        }
    assert cut_off(texts) == {}


def test_a_phone_shows_the_power_of_every_station(alfa):
    person = make("installer")
    for n in range(3):
        make_station(f"NL-KERKSTRAAT-{n:04}", state="occupied", charging="charging")
    assert cut_off({"fleet": text_of(person.get("/stations/"))}) == {}
