# SPDX-License-Identifier: Apache-2.0
"""A press officer builds the press list; a journalist is told, chooses, and leaves."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.config.newsrooms import Newsroom, until
from tests.delivery.relays import MailServer
from tests.stories.staffed import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

TABLE = "Name,E-mail,Outlet,Beats\nBo Lind,bo@radio.example,Radio Elm,health\nCy,no address,,\n"


class Clicks:
    """Counts what somebody presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, role: str, name: str) -> None:
        """Press a link or a button."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]  # a role
        self.count += 1

    def so_far(self) -> int:
        """Return how many there were, and begin again."""
        self.count, before = 0, self.count
        return before


def test_a_press_list_is_built_and_a_journalist_looks_after_their_entry(
    running: Newsroom, chromium: Browser, relay: MailServer
) -> None:
    site = f"http://127.0.0.1:{running.port}"
    _ada, olga, _ines = staff(chromium, running)
    page = olga.page
    clicks = Clicks(page)

    page.goto(f"{site}/desk/")
    clicks.on("link", "Press")
    clicks.on("link", "Add a journalist")
    page.get_by_label("Name", exact=True).fill("Jan Reporter")
    page.get_by_label("E-mail address").fill("jan@paper.example")
    page.get_by_label("Source").fill("press conference")
    page.get_by_label("Legal basis").fill("legitimate interest")
    page.locator("[name=more_beats]").first.fill("environment › climate change")
    page.get_by_label("Outlet", exact=True).fill("The Elmford Paper")
    clicks.on("button", "Add")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jan Reporter")
    assert clicks.so_far() == 3

    page.goto(f"{site}/desk/")
    clicks.on("link", "Press")
    clicks.on("link", "Media lists")
    page.get_by_label("Name", exact=True).fill("Climate in Belgium")
    clicks.on("button", "Make a list")
    page.locator("#ask-beat").fill("environment")
    page.locator("form", has=page.locator("#ask-beat")).get_by_role("button", name="Add").click()
    expect(page.locator(".press-count")).to_contain_text("1 person now")
    assert clicks.so_far() + 1 == 4

    page.goto(f"{site}/desk/")
    clicks.on("link", "Press")
    clicks.on("link", "Import")
    page.get_by_label("File").set_input_files(
        {"name": "radio.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_label("Source").fill("old list")
    page.get_by_label("Legal basis").fill("legitimate interest")
    clicks.on("button", "Read the file")
    clicks.on("button", "Try it, keep nothing")
    expect(page.get_by_text("“no address” is no e-mail address")).to_be_visible()
    clicks.on("button", "Import 1 person")
    expect(page.get_by_text("· Imported")).to_be_visible()
    assert clicks.so_far() == 5

    page.goto(f"{site}/desk/press/")
    page.get_by_role("button", name="Tell them now").click()
    mails = {str(one["To"]).strip("<>"): one for one in _mails(relay, 2)}
    reader = chromium.new_context(java_script_enabled=False).new_page()
    own = next(one for one in re.findall(r"/press-list/[\w-]+/", _text(mails["jan@paper.example"])))
    reader.goto(site + own)
    reader.get_by_label("climate change").uncheck()
    reader.get_by_label("Add a beat: type a part of its name, and choose").fill("health")
    reader.get_by_role("button", name="Save").click()
    expect(reader.locator("[role=status]")).to_contain_text("Saved.")
    reader.get_by_role("button", name="Stop").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("You get nothing more")
    assert reader.context.cookies() == []

    page.goto(f"{site}/desk/press/lists/")
    page.get_by_role("link", name="Climate in Belgium").click()
    expect(page.locator(".press-count")).to_contain_text("0 people now")
    assert olga.complaints == []


def _mails(relay: MailServer, count: int) -> list[EmailMessage]:
    assert until(lambda: len(relay.taken) >= count, seconds=60)
    return [
        email.message_from_bytes(message.removesuffix(b".\r\n"), policy=SMTP)
        for _sender, _recipient, message in relay.taken[:count]
    ]


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
