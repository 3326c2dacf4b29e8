"""Headless Chromium, where Debian's package is installed; without it such tests skip."""

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 30_000  # how long a page may take on a busy machine
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium here: `apt install chromium` lets the browser tests run"
)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser for the block; `*.localhost` is this machine to it."""
    with sync_playwright() as driver:
        # no sandbox: it refuses root, and these pages are our own
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def log_in(browser: Any, base: str, email: str, password: str) -> Any:
    """Log somebody in through the page, in cookies of their own; returns the open tab."""
    context = browser.new_context(locale="nl-NL")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{base}/login/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", password)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page
