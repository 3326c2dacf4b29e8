"""A person with a browser that has no JavaScript: logs in and follows every link."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

SKIPPED = ("/logout/", "/api/", "/static/")


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


class Person:
    """Somebody logged in at a tenant's address."""

    def __init__(self, port: int, tenant: str) -> None:
        self.base, self.host = f"http://127.0.0.1:{port}", f"{tenant}.localhost:{port}"
        cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy())
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies)).open

    def get(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Fetch a page; returns its status and text."""
        body = None if data is None else urllib.parse.urlencode(data).encode()
        headers = {"Host": self.host, "Referer": f"http://{self.host}/"}
        request = urllib.request.Request(self.base + path, data=body, headers=headers)
        try:
            with self._open(request, timeout=30) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode("utf-8", "replace")

    def log_in(self, email: str, password: str) -> None:
        _, page = self.get("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, page
        given = {"username": email, "password": password, "csrfmiddlewaretoken": token[1]}
        status, page = self.get("/login/", given)
        assert status == 200 and 'name="password"' not in page, page

    def crawl(self, start: str = "/", *, most: int = 200) -> dict[str, tuple[int, str]]:
        """Fetch every page that can be reached by links, at most `most`."""
        seen: dict[str, tuple[int, str]] = {}
        waiting = [start]
        while waiting and len(seen) < most:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen[path] = self.get(path)
            links = Links()
            links.feed(seen[path][1])
            waiting += [link for link in _inside(path, links.found) if link not in seen]
        return seen


def _inside(page: str, links: list[str]) -> list[str]:
    """Return the pages of this site among the links of one."""
    whole = [urllib.parse.urlsplit(urllib.parse.urljoin(f"//here{page}", link)) for link in links]
    paths = [
        url.path + (f"?{url.query}" if url.query else "") for url in whole if url.netloc == "here"
    ]
    return [path for path in paths if not path.startswith(SKIPPED)]
