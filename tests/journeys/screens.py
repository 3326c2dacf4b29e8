"""An installer's open fleet page, watched: when did it begin to say that a station charges."""

import contextlib
import html
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.journeys.visitor import Visitor

WORD = "Laadt"
# Runs in the page: notes each moment at which a row begins to say the word.
OBSERVE = """([identity, word]) => {
  window.unchanged = "still here";
  window.seen = [];
  const says = () => [...document.querySelectorAll("tr")].some(
    row => row.innerText.includes(identity) && row.innerText.includes(word));
  let before = says();
  new MutationObserver(() => {
    const now = says();
    if (now && !before) window.seen.push(Date.now() / 1000);
    before = now;
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@dataclass
class Watch:
    """What a screen showed: the moments at which it began to say the word."""

    seen: list[float] = field(default_factory=list)
    still_here: str = ""
    loads: int = 0


@contextlib.contextmanager
def page_watched(page: Any, url: str, identity: str) -> Iterator[Watch]:
    """Open the fleet in Chromium and leave it alone for the block."""
    watch = Watch()
    page.goto(url)
    page.wait_for_selector(f"tr:has-text('{identity}')")
    page.evaluate(OBSERVE, [identity, WORD])
    page.on("load", lambda _: setattr(watch, "loads", watch.loads + 1))
    yield watch
    watch.still_here = page.evaluate("window.unchanged || ''")
    watch.seen = page.evaluate("window.seen || []")


@contextlib.contextmanager
def socket_watched(person: Visitor, port: int, identity: str) -> Iterator[Watch]:
    """Read the websocket that the page would open, as long as the block lasts."""
    found = re.search(r'hx-ws:connect="([^"]+)"', person.read("/stations/"))
    assert found is not None
    watch = Watch()
    with connect(
        f"ws://{person.host}{html.unescape(found[1])}",
        sock=socket.create_connection(("127.0.0.1", port)),
        origin=Origin(f"http://{person.host}"),
        additional_headers={"Cookie": person.cookie},
        proxy=None,
    ) as wire:
        reader = threading.Thread(target=_read, args=(wire, identity, watch), daemon=True)
        reader.start()
        yield watch
    reader.join(10)


def _read(wire: Any, identity: str, watch: Watch) -> None:
    before = False
    with contextlib.suppress(ConnectionClosed):
        for text in wire:
            content = json.loads(text).get("content", "")
            if identity in content:
                if WORD in content and not before:
                    watch.seen.append(time.time())
                before = WORD in content
