# SPDX-License-Identifier: Apache-2.0
"""The newsroom in which people talk: how it is opened, who looks at it with which browser, what it sends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.config.newsrooms import ROOT, Newsroom, until
from tests.stories.screens import photograph_open
from tests.stories.talking_cast import Cast
from tests.stories.talking_mails import Relay

LATEST = 30_000
"""Milliseconds: how long a loaded machine may take to answer."""


@dataclass
class Room:
    """A newsroom that is open, those who work there, and the browsers of everybody."""

    newsroom: Newsroom
    chromium: Browser
    relay: Relay
    cast: Cast
    pictures: Path | None = None
    inspect: Callable[[Page], object] = lambda page: None
    """Is shown each page that is worth a picture."""
    complaints: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Where the newsroom answers."""
        return f"http://127.0.0.1:{self.newsroom.port}"

    def sits_down(self, browser: BrowserContext, name: str) -> None:
        """Let somebody who works here use a browser, instead of whoever did."""
        browser.clear_cookies()
        browser.add_cookies([{"name": "sessionid", "value": self.cast.sessions[name], "url": self.site}])

    def publication(self, path: str) -> str:
        """Return what the form below a statement says that it is about."""
        found = re.search(r'name="publication" value="(\d+)"', self.baked(path).decode())
        assert found is not None
        return found[1]

    def figures(self) -> dict[str, Any]:
        """Return what statistics say, after they were baked."""
        assert self.newsroom.run("bake").returncode == 0
        page = self.a_reader()
        found = dict(page.request.get(f"{self.site}/transparency/all.json").json())
        page.goto(f"{self.site}/transparency/")
        self.photograph(page, "statistics")
        page.context.close()
        return found

    def opens_the_case(self, staff: Page, title: str) -> None:
        """Open the case about something, as soon as the queue of moderators has it."""

        queue, shown = f"{self.site}/desk/moderation/", escape(title)
        assert until(lambda: shown in staff.request.get(queue).text(), seconds=30), f"no case about {title!r}"
        staff.goto(queue)
        self.photograph(staff, "queue")
        staff.get_by_role("link", name=title).first.click()
        staff.wait_for_url(re.compile(r"/case/\d+/"))

    def mail(self, address: str, number: int) -> EmailMessage:
        """Return the newest of so many mails, as soon as it is there."""
        assert until(lambda: len(self.relay.to(address)) >= number, seconds=60), (address, number)
        assert len(self.relay.to(address)) == number, "each mail comes once"
        return self.relay.to(address)[-1]

    def baked(self, path: str) -> bytes:
        """Return the page of a statement as a reader gets it now."""
        return (self.newsroom.home / "site" / path.strip("/") / "index.html").read_bytes()

    def a_reader(self, language: str = "en", *, scripts: bool = False) -> Page:
        """Open the browser of a reader."""
        viewport: ViewportSize = {"width": 1280, "height": 860}
        return self._watched(
            self.chromium.new_context(java_script_enabled=scripts, viewport=viewport, locale=language)
        )

    def a_desk(self, name: str) -> Page:
        """Open the browser of somebody who works here."""
        context = self.chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        self.sits_down(context, name)
        return self._watched(context)

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(LATEST)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "response",
            lambda answer: (
                self.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
            ),
        )
        return page

    def photograph(self, page: Page, name: str) -> None:
        """Photograph a page at each width, light and dark, if pictures are wanted."""
        self.inspect(page)
        if self.pictures:
            if page.locator(".messages li").count():
                page.wait_for_timeout(800)  # they slide in
            photograph_open(page, self.pictures, name)


def opened(newsroom: Newsroom, relay: Relay) -> Cast:
    """Fill a newsroom that was never started, start it and wait until it answers."""
    newsroom.variables |= {
        "ONRECORD_MAIL_URL": f"smtp://127.0.0.1:{relay.port}?tls=none",
        "ONRECORD_MAIL_FROM": "news@elmford.example",
    }
    filled = subprocess.run(
        [sys.executable, "-m", "tests.stories.talking_cast", f"http://127.0.0.1:{newsroom.port}"],
        env=newsroom.variables, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert filled.returncode == 0, filled.stderr
    (newsroom.home / "prepared").unlink(missing_ok=True)  # the desk's styles and scripts are collected first
    newsroom.start()
    assert until(lambda: newsroom.status("/forms/ticket?purpose=comment") == 200, seconds=60), newsroom.log
    return Cast(**json.loads(filled.stdout))
