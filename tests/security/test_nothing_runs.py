# SPDX-License-Identifier: Apache-2.0
"""Hostile words come by every way that there is; in Chromium nothing of them runs, loads or turns a line.

Pages are shown without their Content-Security-Policy: that is the second lock, and here the first is tried.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Dialog, Page, Route, sync_playwright

from onrecord.bakery import actions as bakery
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.security.writing import SITE, Written, everything
from tests.stories.screens import ARGUMENTS, chromium_program

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]
LOOKED_FOR = """() => {
  const all = [...document.querySelectorAll("*")], odd = [];
  for (const one of all) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on")) odd.push(`${one.tagName} has ${name}`);
      const leads = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"];
      const runs = /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i;
      if (leads.includes(name) && runs.test(value)) odd.push(`${one.tagName} leads to ${value.slice(0, 40)}`);
    }
    if (["IFRAME", "OBJECT", "EMBED", "BASE"].includes(one.tagName)) odd.push(`there is a ${one.tagName}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const kept = "bdi, [dir=auto], textarea, input, option, script, style, title";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.includes("\\u202e") && !node.parentElement.closest(kept)) {
      odd.push(`turned round: ${node.parentElement.outerHTML.slice(0, 200)}`);
    }
  }
  return odd;
}"""


class Watched:
    """A browser's page: what ran, and what was asked for elsewhere."""

    def __init__(self, page: Page, written: Written, site: Path) -> None:
        self.ran: list[str] = []
        self.elsewhere: list[str] = []
        self._page, self._written, self._site = page, written, site
        page.on("dialog", self._note_dialog)
        page.add_init_script("window.alert = (said) => { window.ran = (window.ran ?? 0) + 1; };")
        page.route("**/*", self._answer)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.ran.append(dialog.message)
        dialog.dismiss()

    def look(self, address: str) -> list[str]:
        """Show a page, touch what may wait to be touched, and return what is odd about it."""
        self._page.goto(address, wait_until="load")
        self._page.mouse.move(200, 200)
        self._page.keyboard.press("Tab")
        self._page.wait_for_timeout(150)
        if self._page.evaluate("window.ran ?? 0"):
            self.ran.append(address)
        return list(self._page.evaluate(LOOKED_FOR))

    def _answer(self, route: Route) -> None:
        address = route.request.url.partition("?")[0]
        if address in self._written.pages:
            route.fulfill(body=self._written.pages[address], content_type="text/html; charset=utf-8")
            return
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != SITE and parts.scheme not in {"data", "blob"}:
            self.elsewhere.append(address)
            route.abort()
            return
        file = self._file(parts.path)
        if file is None:
            route.fulfill(status=404, body="")
        else:
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)

    def _file(self, path: str) -> Path | None:
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            return Path(str(found)) if found else None
        file = self._site / path.lstrip("/")
        return file if path.startswith("/assets/") and file.is_file() else None


@pytest.fixture
def written(
    water: Publication,
    olga: User,
    mo: User,
    rosa: User,
    ada: User,
    sign_in: Callable[[User], Client],
) -> Written:
    """Everything that was written, and the pages that show it."""
    return everything(water, {"olga": olga, "mo": mo, "rosa": rosa, "ada": ada}, sign_in)


def test_nothing_that_anybody_sends_runs_on_any_page(written: Written) -> None:
    assert len(written.pages) > 15
    shown = "\n".join(written.pages.values())
    assert shown.count("&lt;script&gt;alert(1)") > 20, "the words are there, as words"
    site, odd = bakery.site_directory(), {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
        watched = Watched(browser.new_page(), written, site)
        for address in written.pages:
            if found := watched.look(address):
                odd[address] = found[:5]
        browser.close()
    assert odd == {}
    assert watched.ran == []
    assert watched.elsewhere == []
