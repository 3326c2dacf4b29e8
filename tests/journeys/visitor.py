"""A person with a browser that has no JavaScript: reads pages, fills in forms, keeps files."""

import http.cookiejar
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.chaos.browser import Person


@dataclass
class Form:
    """A form of a page: where it goes, and what it sends by itself."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page that post."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form and its hidden fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._open = Form(given.get("action", ""))
            self.found.append(self._open)
        elif tag == "input" and given.get("type") == "hidden" and self._open is not None:
            self._open.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        if tag == "form":
            self._open = None


class Visitor(Person):
    """Somebody at a tenant's address."""

    def __init__(self, port: int, tenant: str) -> None:
        super().__init__(port, tenant)
        self.cookies = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies)
        ).open

    @property
    def cookie(self) -> str:
        """What a browser would send in `Cookie`."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def read(self, path: str) -> str:
        """Return a page that must be there."""
        status, text = self.get(path)
        assert status == 200, (path, status, text)
        return text

    def keep(self, path: str) -> bytes:
        """Download a file."""
        request = urllib.request.Request(self.base + path, headers={"Host": self.host})
        with self._open(request, timeout=30) as answer:
            return bytes(answer.read())

    def submit(self, path: str, *, to: str | None = None, **given: str) -> str:
        """Send the form of a page that goes to `to`, by default to the page itself."""
        parser = Forms()
        parser.feed(self.read(path))
        (form,) = [f for f in parser.found if (f.action or path) == (to or path)]
        assert "csrfmiddlewaretoken" in form.fields, path
        target = urllib.parse.urljoin(path, form.action or path)
        status, text = self.get(target, {**form.fields, **given})
        assert status == 200, (target, status, text)
        return text
