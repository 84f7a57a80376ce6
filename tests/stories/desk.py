# SPDX-License-Identifier: Apache-2.0
"""What people do at the desk, in a browser: one method for each thing, in the words of the screens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, Request, Response, expect

PASSWORD = "a long and quiet afternoon"
QUIET = 2_500
"""Milliseconds: longer than the desk waits before it saves what was typed."""
LATEST = 30_000
"""Milliseconds: how long a loaded machine may take to answer."""


@dataclass
class Colleague:
    """Somebody with a browser of their own."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def arrives(cls, browser: Browser, site: str) -> Colleague:
        """Open a browser for somebody who was never here."""
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
        page.set_default_timeout(LATEST)
        colleague = cls(page, site)
        page.on("pageerror", lambda error: colleague.complaints.append(str(error)))
        page.on("response", lambda answer: colleague._note(answer.status, answer.url))
        return colleague

    def sets_up(self, link: str, *, organisation: str, name: str, email: str) -> None:
        """Go through the wizard."""
        self.page.goto(link)
        self.page.fill("[name=name]", organisation)
        self._continue()
        self.page.fill("[name=address]", self.site)
        self._continue()
        self.page.check("[name=further][value=fr]")
        self.page.check("[name=further][value=ar]")
        self.page.select_option("[name=time_zone]", "Europe/Brussels")
        self._continue()
        self._continue()
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", email)
        self.page.uncheck("[name=also_writes]")
        self._choose_password()
        self._add_second_factor()

    def invites(self, *, name: str, email: str, role: str) -> str:
        """Invite a colleague and return the link to hand over."""
        self.page.goto(f"{self.site}/desk/people/invite/")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", email)
        self.page.check(f"[name=roles][value={role}]")
        self.page.locator("main form button[type=submit]").click()
        pattern = re.compile(re.escape(self.site) + r"/invitation/[^\"<\s]+")
        expect(
            self.page.get_by_text("/invitation/").or_(self.page.locator("[value*='/invitation/']"))
        ).to_have_count(1)
        found = pattern.search(self.page.content())
        assert found is not None
        return found[0]

    def joins(self, link: str) -> None:
        """Accept an invitation."""
        self.page.goto(link)
        self._choose_password()
        self._add_second_factor()

    def writes(self, *, title: str, summary: str, words: str) -> int:
        """Write a statement with one paragraph and return its number."""
        self.page.goto(f"{self.site}/desk/statements/add/")
        return self.fills_in(title=title, summary=summary, words=words)

    def fills_in(self, *, title: str, summary: str, words: str) -> int:
        """Write it on the page that is open, which saves it; return its number."""
        self.page.fill("[name=title]", title)
        self.page.fill("[name=summary]", summary)
        self.page.locator(".public-DraftEditor-content").click()
        self._types_and_sees_it_saved(words)
        self.page.wait_for_url(re.compile(r"/desk/statements/edit/\d+/"))
        return int(self.page.url.rstrip("/").rsplit("/", 1)[1])

    def is_left_in_peace(self) -> bool:
        """Tell whether the desk, once all is saved, saves nothing more while nobody types."""
        saves: list[str] = []

        def note(request: Request) -> None:
            if request.method == "POST" and "/statements/edit/" in request.url:
                saves.append(request.url)

        self.page.wait_for_timeout(QUIET)  # what was under way when the last key was pressed
        self.page.on("request", note)
        self.page.wait_for_timeout(2 * QUIET)
        self.page.remove_listener("request", note)
        return not saves

    def changes_the_words(self, statement: int, words: str) -> None:
        """Replace the first paragraph."""
        self.opens(statement)
        self.page.locator(".public-DraftEditor-content").first.click()
        self.page.keyboard.press("Control+a")
        self._types_and_sees_it_saved(words)

    def opens(self, statement: int) -> None:
        """Open a statement for editing."""
        self.page.goto(f"{self.site}/desk/statements/edit/{statement}/")

    def takes(self, statement: int, step: str, **fields: str) -> None:
        """Take a step from the button below the text, filling in what its page asks for."""
        self.opens(statement)
        self._goes_through(statement, step, **fields)

    def approves_and_releases(self, statement: int) -> None:
        """Approve it, and release it from the page where that ends."""
        self.takes(statement, "Approve")
        self._goes_through(statement, "Release now")

    def _goes_through(self, statement: int, step: str, **fields: str) -> None:
        self._press(step)
        self.page.wait_for_url(re.compile(rf"/desk/statements/{statement}/[a-z_-]+/"))
        for name, value in fields.items():
            control = self.page.locator(f"main [name={name}]:visible")
            if control.first.evaluate("e => e.type") == "radio":
                self.page.locator(f"main [name={name}][value={value}]").check()
            elif control.first.evaluate("e => e.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        before = self.page.url
        self.page.locator("main form button[type=submit]:visible").last.click()
        self.page.wait_for_url(lambda url: url != before)

    def _press(self, label: str) -> None:
        pattern = re.compile(rf"^\s*{re.escape(label)}\s*$")
        choice = self.page.locator("footer button, footer a").filter(has_text=pattern)
        if not choice.first.is_visible():
            self.page.locator("footer").get_by_role("button", name="More actions").click()
        choice.locator("visible=true").first.click()

    def _continue(self) -> None:
        before = self.page.url
        self.page.locator("main button[type=submit]").last.click()
        self.page.wait_for_url(lambda url: url != before)

    def _choose_password(self) -> None:
        for control in self.page.locator("main input[type=password]").all():
            control.fill(PASSWORD)
        self._continue()

    def _add_second_factor(self) -> None:
        self.page.get_by_role("link", name="Set up an app").click()
        secret = self.page.locator("#authenticator_secret, main input[disabled], main input[readonly]")
        self.page.fill("[name=code]", totp(secret.first.input_value()))
        self._continue()
        expect(self.page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    def _types_and_sees_it_saved(self, words: str) -> None:
        """Type, and wait until the desk has saved by itself what was typed.

        Wagtail may overlook an edit of the first seconds after a page was opened until the next edit, so
        whoever sees nothing saved types on.
        """
        saved: list[str] = []
        under_way: list[Request] = []

        def sent(request: Request) -> None:
            if request.method == "POST":
                under_way.append(request)

        def over(request: Request) -> None:
            if request in under_way:
                under_way.remove(request)

        def note(answer: Response) -> None:
            body = answer.request.post_data_buffer or b""
            if answer.request.method == "POST" and words.encode() in body and answer.ok:
                saved.append(answer.url)

        listeners: list[tuple[Any, Any]] = [("request", sent), ("response", note)]
        listeners += [("requestfinished", over), ("requestfailed", over)]
        for event, listener in listeners:
            self.page.on(event, listener)
        self.page.keyboard.type(words)
        for attempt in range(120):
            self.page.wait_for_timeout(250)
            if saved:
                break
            if attempt % 10 == 9:
                self.page.keyboard.type(" ")
                self.page.keyboard.press("Backspace")
        assert saved, "the desk did not save what was typed"
        quiet = 0
        while quiet < 6:  # one that is overtaken by the next page would count as from another window
            self.page.wait_for_timeout(250)
            quiet = 0 if under_way else quiet + 1
        for event, listener in listeners:
            self.page.remove_listener(event, listener)
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible(timeout=LATEST)

    def _note(self, status: int, url: str) -> None:
        if status >= 500 or (status >= 400 and "/static/" in url):
            self.complaints.append(f"{status} {url}")


def totp(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238, SHA-1, six digits, 30 seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
