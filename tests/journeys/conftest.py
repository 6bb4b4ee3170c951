"""How does a test drive a real browser against the real program on a real port?"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from scripts.browser import find
from tests.web.house import NOW, Clock, House, Stay, open_house

WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=768, height=1024)
_PICTURES = os.environ.get("PICTURES")


class Running(Clock):
    """A clock that starts at NOW and runs."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.started: float | None = None

    def __call__(self) -> datetime:
        gone = 0.0 if self.started is None else time.monotonic() - self.started
        return self.at + timedelta(seconds=gone)


@dataclass
class Site:
    """The served program; `kill` makes it as if the server were gone."""

    house: House
    server: uvicorn.Server
    thread: threading.Thread
    address: str

    def kill(self) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join(10)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    clock = Running()
    house = open_house(sqlite_url, clock, demo=True)
    config = uvicorn.Config(house.app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    site = Site(house, server, thread, f"http://127.0.0.1:{port}")
    yield site
    site.kill()
    house.database.close()


@pytest.fixture
def stay(site: Site) -> Stay:
    """Two doses given; the third is due in 30 minutes, and a well set was charted 20 minutes ago."""
    admitted = site.house.admit(first_due_at=NOW + timedelta(minutes=30) - timedelta(hours=16))
    site.house.given_until(admitted, 2)
    site.house.chart(admitted, dose=3, at=NOW - timedelta(minutes=20))
    site.house.clock.started = time.monotonic()  # type: ignore[attr-defined]
    return admitted


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if os.environ.get("BROWSER") == "none":
        pytest.skip("BROWSER=none leaves the browser out")
    path = find()
    if path is None:
        pytest.fail("no browser was found: install chromium, or leave these tests out with BROWSER=none")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


@dataclass
class Desk:
    """A browser somebody sits at. `complaints` are console errors, CSP violations and script errors."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page

    def axe(self, *rules: str) -> list[str]:
        """What axe finds wrong with the page as it is: by every rule, or by these alone."""
        options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": rules}} if rules else {})}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]

    def seen(self, name: str) -> None:
        """Nothing is wrong with the page at either width; with PICTURES set, it is kept there as pictures."""
        for width, size in (("wide", WIDE), ("narrow", NARROW)):
            self.page.set_viewport_size(size)
            assert self.axe() == []
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if _PICTURES is not None:
                self.page.screenshot(path=Path(_PICTURES, f"{name}-{width}.png"), full_page=True)
        self.page.set_viewport_size(WIDE)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport=WIDE)
    yield made
    made.close()


@pytest.fixture
def desk(context: BrowserContext, site: Site) -> Desk:
    page = context.new_page()
    seated = Desk(page, site)
    page.on("console", lambda said: seated.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: seated.complaints.append(str(error)))
    return seated


@pytest.fixture
def nurse(context: BrowserContext, desk: Desk) -> Desk:
    """A desk with a nurse signed in."""
    return _signed_in(context, desk, "nurse")


@pytest.fixture
def prescriber(context: BrowserContext, desk: Desk) -> Desk:
    """A desk with a prescriber signed in."""
    return _signed_in(context, desk, "prescriber")


def _signed_in(context: BrowserContext, desk: Desk, login: str) -> Desk:
    secret = desk.site.house.session(login)
    context.add_cookies([{"name": "sid", "value": secret, "url": desk.site.address}])
    return desk
