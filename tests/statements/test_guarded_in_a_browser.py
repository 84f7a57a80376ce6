# SPDX-License-Identifier: Apache-2.0
"""A guarded form as Chromium sends it: ticket and work come by themselves. No server stands behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from onrecord.bakery.headers import CONTENT_SECURITY_POLICY
from onrecord.followers import pages as follow_pages
from onrecord.people.models import Organisation
from onrecord.people.strangers import tickets, work
from onrecord.statements.pages import guarded
from onrecord.statements.pages.site import Site
from tests.followers.conftest import a_relay
from tests.stories.screens import ARGUMENTS, chromium_program

__all__ = ["a_relay"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.once]

HOST = "http://localhost:1"


class Web:
    """The page, its scripts, and what was sent."""

    def __init__(self, client: Client) -> None:
        (page,) = follow_pages.render_follow(("en",))
        self.files = {asset.path: asset.body for asset in (*Site.current().assets, *guarded.scripts())}
        self.page = page.body
        self.forms: list[dict[str, list[str]]] = []
        self.tickets = 0
        self.gives_tickets = True

    def __call__(self, route: Route) -> None:
        """Answer in place of the network."""
        parts = urlsplit(route.request.url)
        if parts.path == "/follow/":
            headers = {"content-type": "text/html", "content-security-policy": CONTENT_SECURITY_POLICY}
            route.fulfill(status=200, body=self.page, headers=headers)
        elif parts.path in self.files:
            kind = "text/css" if parts.path.endswith(".css") else "text/javascript"
            policy = {"content-type": kind, "content-security-policy": CONTENT_SECURITY_POLICY}
            route.fulfill(status=200, body=self.files[parts.path], headers=policy)
        elif parts.path == "/forms/ticket" and self.gives_tickets:
            self.tickets += 1
            ticket = tickets.issue(parse_qs(parts.query)["purpose"][0])
            body = json.dumps({"ticket": ticket, "challenge": work.challenge(ticket)})
            route.fulfill(status=200, body=body, headers={"content-type": "application/json"})
        elif route.request.method == "POST":
            self.forms.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            route.fulfill(status=200, body="<h1>Thank you</h1>", headers={"content-type": "text/html"})
        else:
            route.fulfill(status=404, body="")


@pytest.fixture
def web(organisation: Organisation, a_relay: None, client: Client) -> Web:
    """Return the page Follow of a newsroom that sends mail."""
    return Web(client)


@pytest.fixture
def chromium(web: Web) -> Iterator[Browser]:
    """Return Chromium, started after the database was needed for the last time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, web: Web) -> Callable[[], Page]:
    """Return a function that opens the page."""

    def opened() -> Page:
        context = chromium.new_context()
        context.route("http**", web)
        page = context.new_page()
        page.on("console", lambda said: pytest.fail(said.text) if "Security Policy" in said.text else None)
        page.goto(f"{HOST}/follow/")
        return page

    return opened


def test_the_browser_fetches_a_ticket_and_does_the_work(visit: Callable[[], Page], web: Web) -> None:
    page = visit()
    assert web.tickets == 0, "who only reads asks for nothing"
    page.get_by_label("Your e-mail address").fill("jan@reader.example")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=30_000)

    (form,) = web.forms
    assert web.tickets == 1
    assert tickets.read(form["ticket"][0], "follow").number, "and it is old enough to be believed"
    assert work.is_done(form["work"][0], form["ticket"][0])
    assert form["website"] == [""]


def test_a_form_is_sent_all_the_same_when_there_is_no_ticket(visit: Callable[[], Page], web: Web) -> None:
    web.gives_tickets = False
    page = visit()
    page.get_by_label("Your e-mail address").fill("jan@reader.example")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=30_000)

    assert [(form["ticket"], form["work"]) for form in web.forms] == [([""], [""])]
