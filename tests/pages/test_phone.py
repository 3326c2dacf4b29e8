from tests.browser import needs_chromium
from tests.pages.estate import make_station
from tests.pages.people import client_of, make
from tests.pages.screens import measure
from tests.pages.story import NOVEMBER, at, close, october, tell, text_of

# What lies beyond the right edge of a list: nobody swipes to find their money.
CUT_OFF = """() => [...document.querySelectorAll(".lb-panel, .lb-scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.className} ${box.ariaLabel} ${box.scrollWidth} > ${box.clientWidth}`)"""
pytestmark = needs_chromium


def cut_off(texts):
    """Return what sticks out of a panel, by page."""
    return {name: boxes for name, boxes in measure(texts, CUT_OFF).items() if boxes}


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


def test_a_phone_shows_the_power_and_the_trouble_of_every_station(alfa):
    person = make("installer")
    for n in range(3):
        make_station(f"NL-KERKSTRAAT-{n:04}", state="occupied", charging="charging")
    for n in range(3):
        make_station(f"NL-STATIONSPLEIN-{n:04}", site="Oosterveen", is_online=False)
    pages = {path: text_of(person.get(path)) for path in ("/stations/", "/sites/")}
    assert cut_off(pages) == {}


def test_the_button_of_the_login_keeps_its_distance(alfa):
    gap = """() => document.querySelector("form .btn").getBoundingClientRect().top
      - document.querySelector("[name=password]").getBoundingClientRect().bottom"""
    text = text_of(client_of("alfa").get("/login/"))
    assert measure({"login": text}, gap)["login"] >= 12
