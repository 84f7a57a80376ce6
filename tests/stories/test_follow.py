# SPDX-License-Identifier: Apache-2.0
"""A reader follows by e-mail, gets what is published and corrected, and leaves."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.config.newsrooms import Newsroom, until
from tests.delivery.relays import MailServer
from tests.stories.staffed import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]


def test_a_reader_follows_is_told_and_leaves(running: Newsroom, chromium: Browser, relay: MailServer) -> None:
    site = f"http://127.0.0.1:{running.port}"
    ada, olga, ines = staff(chromium, running)

    reader = chromium.new_context(java_script_enabled=False).new_page()
    reader.set_default_timeout(30_000)
    reader.goto(f"{site}/")
    reader.get_by_role("navigation", name="Sections").get_by_role("link", name="Follow").click()
    reader.get_by_label("Your e-mail address").fill("Jan@reader.example")
    reader.get_by_role("button", name="Follow").click()
    reader.wait_for_timeout(2500)  # nobody reads and sends a form faster
    reader.get_by_role("button", name="Send me the mail").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")

    asked = _mail(relay, 1)
    assert asked["To"] == "jan@reader.example"
    reader.goto(_links(asked)[0])
    reader.get_by_role("button", name="Confirm").click()
    expect(reader.locator("[role=status]")).to_contain_text("Confirmed.")

    statement = olga.writes(
        title="Water is safe to drink",
        summary="The town tested the water on Monday and found it safe.",
        words="The water in Elmford is safe to drink. We tested it on Monday.",
    )
    olga.takes(statement, "Submit for approval")
    ines.approves_and_releases(statement)
    told = _mail(relay, 2)
    assert told["Subject"] == "Water is safe to drink"
    assert "We tested it on Monday." in _text(told)
    page, proof = (next(one for one in _links(told) if re.search(end, one)) for end in ("drink/$", "proof/$"))
    for address in (page, proof):
        assert reader.request.get(address).ok, "nothing is announced before it can be read"

    olga.changes_the_words(statement, "The water in Elmford is safe to drink. We tested it on Tuesday.")
    note = "We gave the wrong day of the test."
    olga.takes(statement, "Submit for approval", change="correction", change_note=note)
    ines.approves_and_releases(statement)
    corrected = _mail(relay, 3)
    assert corrected["Subject"] == "Corrected: Water is safe to drink"
    assert note in _text(corrected).split("\n")[0]

    out = corrected["List-Unsubscribe"].strip("<>")
    reader.goto(out)
    reader.get_by_role("button", name="Unsubscribe").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("You no longer follow")
    _takes_what_is_kept_and_has_it_erased(reader, out.removesuffix("unsubscribe"))
    assert reader.context.cookies() == [], "no cookie for readers"
    assert len(relay.taken) == 3
    assert [*ada.complaints, *olga.complaints, *ines.complaints] == []


def _takes_what_is_kept_and_has_it_erased(reader: Page, mine: str) -> None:
    reader.goto(mine)
    file = reader.get_by_role("link", name="Everything, as a file").get_attribute("href") or ""
    kept = reader.request.get(urljoin(mine, file))
    assert kept.json()["address"] == "jan@reader.example"
    assert [mail["state"] for mail in kept.json()["mails"]].count("accepted") == 3
    reader.get_by_label("Erase all of it now").check()
    reader.get_by_role("button", name="Erase").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Erased")
    assert reader.request.get(mine).status == 404, "the link leads to nobody any more"


def _mail(relay: MailServer, number: int) -> EmailMessage:
    """Return the newest of so many mails, as soon as it is there."""
    assert until(lambda: len(relay.taken) >= number, seconds=60), relay.taken
    assert len(relay.taken) == number, "each mail comes once"
    _sender, _recipient, message = relay.taken[-1]
    return email.message_from_bytes(message.removesuffix(b".\r\n"), policy=SMTP)


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _links(message: EmailMessage) -> list[str]:
    return re.findall(r"^https?://\S+$", _text(message), re.MULTILINE)
