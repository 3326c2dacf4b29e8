"""Pages laid out by a browser: the text of the test's client, the style sheets of the house."""

import mimetypes
from pathlib import Path

from tests.browser import chromium

STATIC = Path(__file__).resolve().parents[2] / "static"
HOST = "http://page.test"
PHONE = {"width": 390, "height": 844}


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


def measure(texts, script, *, size=PHONE):
    """Return what a script says of each laid out page, by the page's name."""
    found = {}
    with chromium() as browser:
        context = browser.new_context(viewport=size)
        for name, text in texts.items():
            page = context.new_page()
            _serve(page, text)
            found[name] = page.evaluate(script)
            page.close()
    return found
