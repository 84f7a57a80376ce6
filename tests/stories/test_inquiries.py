# SPDX-License-Identifier: Apache-2.0
"""A journalist asks on a phone; two officers answer; he writes again by mail; the answer is published."""

from __future__ import annotations

import email
import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.config.newsrooms import Newsroom, free_port, until
from tests.delivery.relays import MailServer
from tests.statements.baked import checker
from tests.stories.desk import LATEST, Colleague
from tests.stories.staffed import staff
from tests.stories.test_axe import violations
from tests.stories.test_press import Clicks

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

BOX = "press@elmford.example"
JAN = "jan@paper.example"


@pytest.fixture
def running(open_copy: Callable[..., Newsroom], relay: MailServer) -> Newsroom:
    """Return a newsroom with its staff, a relay and a press mailbox."""
    return open_copy(
        ONRECORD_MAIL_URL=f"smtp://127.0.0.1:{relay.port}?tls=none",
        ONRECORD_MAIL_FROM="news@elmford.example",
        ONRECORD_MAIL_LMTP=f"127.0.0.1:{free_port()}",
        ONRECORD_PRESS_MAILBOX=BOX,
    )


def test_a_question_is_answered_by_two_and_the_answer_is_published(
    running: Newsroom, chromium: Browser, relay: MailServer
) -> None:
    site = f"http://127.0.0.1:{running.port}"
    _ada, olga, ines = staff(chromium, running)
    found: list[str] = []

    jan = _journalist(chromium)
    reference = _asks(jan, site, found)
    receipt = _mail_to(relay, JAN, 0)
    assert reference in str(receipt["Subject"])

    _answers(olga, ines, site, found)
    answer = _mail_to(relay, JAN, 1)
    assert "Forty wells." in _text(answer)
    assert str(answer["In-Reply-To"]) == str(receipt["Message-ID"])

    _writes_again(running, answer)
    page = olga.page
    clicks = Clicks(page)
    assert until(lambda: _shows(page, f"{site}/desk/inquiries/", reference), seconds=60)
    page.get_by_role("link", name="The Elm Post").click()
    expect(page.locator(".inq-said").last).to_contain_text("And in which streets?")
    expect(page.locator(".inq-said").last).to_contain_text("by mail")
    expect(page.locator(".inq-said").last).not_to_contain_text("Forty wells")

    clicks.on("button", "Make a statement of it")
    assert clicks.so_far() == 1
    page.wait_for_url(re.compile(r"/desk/statements/edit/\d+/"))
    statement = int(page.url.rstrip("/").rsplit("/", 1)[1])
    olga.takes(statement, "Submit for approval")
    ines.approves_and_releases(statement)
    _sees_it_published(jan, site, receipt, found)
    assert found == []
    assert [*olga.complaints, *ines.complaints] == []


def _journalist(chromium: Browser) -> Page:
    """Return a phone in New York."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, timezone_id="America/New_York"
    )
    page = context.new_page()
    page.set_default_timeout(LATEST)
    return page


def _asks(jan: Page, site: str, found: list[str]) -> str:
    """Ask, from the press room, and return the reference."""
    clicks = Clicks(jan)
    assert until(lambda: jan.request.get(f"{site}/press/").ok, seconds=60)
    jan.goto(f"{site}/press/")
    clicks.on("link", "Ask in writing, with your deadline")
    expect(jan.get_by_label("Time zone")).to_have_value("America/New_York")
    jan.get_by_label("What you want to know").fill(
        "How many wells were tested on Monday?\nRegards, Jan Reporter"
    )
    jan.get_by_label("Day").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    jan.get_by_label("Time", exact=True).fill("17:30")
    jan.get_by_label("Your name").fill("Jan Reporter")
    jan.get_by_label("Outlet").fill("The Elm Post")
    jan.get_by_label("Your e-mail address").fill(JAN)
    found += violations(jan, _axe())
    clicks.on("button", "Send")
    expect(jan.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=LATEST)
    assert clicks.so_far() == 2
    assert jan.context.cookies() == []
    said = re.search(r"[A-Z]{2}-[2-9]{4}", jan.locator("main").inner_text())
    assert said is not None
    return said[0]


def _answers(olga: Colleague, ines: Colleague, site: str, found: list[str]) -> None:
    """Take it, draft, have it signed off and sent."""
    page, second = Clicks(olga.page), Clicks(ines.page)
    olga.page.goto(f"{site}/desk/")
    page.on("link", "New inquiries")
    page.on("button", "Take it")
    assert page.so_far() == 2
    olga.page.get_by_label("The answer").fill("Forty wells.\n\nAll of them were clean.")
    page.on("button", "Ask for sign-off")
    expect(olga.page.get_by_text("It waits for a colleague to sign it off.")).to_be_visible()
    assert page.so_far() == 1
    found += violations(olga.page, _axe())
    ines.page.goto(f"{site}/desk/")
    second.on("link", "Answers to be signed off")
    found += violations(ines.page, _axe())
    second.on("button", "Sign off and send")
    expect(ines.page.get_by_text("The answer goes out now.")).to_be_visible()
    assert second.so_far() == 2
    for path in ("", "?state=answered", "answers/", "settings/", "add/"):
        ines.page.goto(f"{site}/desk/inquiries/{path}")
        found += violations(ines.page, _axe())


def _writes_again(running: Newsroom, answer: EmailMessage) -> None:
    """Answer the answer, as a mail program does."""
    host, _colon, port = running.variables["ONRECORD_MAIL_LMTP"].rpartition(":")
    to = str(answer["Reply-To"]).strip("<>")
    raw = (
        f"From: Jan Reporter <{JAN}>\r\nTo: {to}\r\nSubject: Re: something else\r\n"
        f"In-Reply-To: {answer['Message-ID']}\r\nMessage-ID: <again@paper.example>\r\n\r\n"
        "And in which streets?\r\n\r\nOn 27 Nov 2026 at 9:00, Town of Elmford wrote:\r\n> Forty wells.\r\n"
    )
    with smtplib.LMTP(host, int(port)) as door:
        assert door.sendmail(JAN, [to], raw.encode()) == {}


def _sees_it_published(jan: Page, site: str, receipt: EmailMessage, found: list[str]) -> None:
    link = re.search(r"/inquiries/[\w-]{43}/", _text(receipt))
    assert link is not None
    assert until(lambda: _shows(jan, site + link[0], "Published"), seconds=60)
    expect(jan.get_by_role("definition").filter(has_text="Olga Writer")).to_be_visible()
    expect(jan.locator(".inquiry-said")).to_have_count(3)
    found += violations(jan, _axe())
    jan.locator("dl.facts a").last.click()
    expect(jan.get_by_role("heading", level=1)).to_have_text("How many wells were tested on Monday?")
    expect(jan.locator(".body")).to_contain_text("All of them were clean.")
    expect(jan.locator(".body")).not_to_contain_text("Reporter")


def _shows(page: Page, address: str, words: str) -> bool:
    """Tell whether an address has these words yet; open it if so."""
    if words not in page.request.get(address).text():
        return False
    page.goto(address)
    return words in page.locator("main").inner_text()


def _mail_to(relay: MailServer, address: str, place: int) -> EmailMessage:
    """Return a mail to somebody, once it has come."""

    def to_them() -> list[bytes]:
        return [message for _sender, recipient, message in relay.taken if recipient == address]

    assert until(lambda: len(to_them()) > place, seconds=60)
    return email.message_from_bytes(to_them()[place].removesuffix(b".\r\n"), policy=SMTP)


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _axe() -> str:
    return checker("axe-core/axe.min.js").read_text(encoding="utf-8")
