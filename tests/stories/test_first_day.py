# SPDX-License-Identifier: Apache-2.0
"""The first day of a newsroom: set up, write, approve, publish, read, correct, withdraw."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.config.newsrooms import Newsroom
from tests.statements.baked import checker
from tests.stories.desk import Colleague
from tests.stories.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def running(brand_new: Newsroom) -> Newsroom:
    """Return a newsroom that nobody has set up yet."""
    return brand_new


def test_a_town_opens_its_newsroom_and_says_corrects_and_withdraws_something(
    running: Newsroom, chromium: Browser
) -> None:
    site = f"http://127.0.0.1:{running.port}"
    link = re.search(rf"{site}/setup/\S+", running.log)
    assert link is not None

    ada, olga, ines = (Colleague.arrives(chromium, site) for _ in range(3))
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    stranger = chromium.new_page()
    for address in (f"{site}/", f"{site}/accounts/login/", link[0]):
        stranger.goto(address)
        assert stranger.url == address, "nobody is sent elsewhere"
        assert violations(stranger, axe) == []
    ada.sets_up(link[0], organisation="Town of Elmford", name="Ada Administrator", email="ada@example.org")
    olga.joins(ada.invites(name="Olga Writer", email="olga@example.org", role="press_officer"))
    ines.joins(ada.invites(name="Ines Editor", email="ines@example.org", role="editor"))

    statement = olga.writes(
        title="Water is safe to drink",
        summary="The town tested the water on Monday and found it safe.",
        words="The water in Elmford is safe to drink. We tested it on Monday.",
    )
    assert olga.is_left_in_peace()
    olga.takes(statement, "Submit for approval")
    ines.approves_and_releases(statement)

    reader = chromium.new_context(java_script_enabled=False).new_page()
    reader.set_default_timeout(30_000)
    reader.goto(f"{site}/")
    reader.get_by_role("link", name="Water is safe to drink").first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Water is safe to drink")
    expect(reader.locator("article")).to_contain_text("We tested it on Monday.")
    address = reader.url
    assert re.fullmatch(rf"{site}/s/\d{{4}}/water-is-safe-to-drink/", address)
    for feed in ("feed.xml", "atom.xml", "feed.json", "sitemap.xml"):
        assert reader.request.get(f"{site}/{feed}").ok, feed
    assert address in reader.request.get(f"{site}/feed.xml").text()

    olga.changes_the_words(statement, "The water in Elmford is safe to drink. We tested it on Tuesday.")
    olga.takes(
        statement,
        "Submit for approval",
        change="correction",
        change_note="We gave the wrong day of the test.",
    )
    ines.approves_and_releases(statement)
    reads(reader, address, "We tested it on Tuesday.", "We gave the wrong day of the test.")
    reads(reader, f"{address}1/", "We tested it on Monday.", "newer edition")
    reads(reader, f"{address}2/changes/", "Monday", "Tuesday")

    olga.takes(statement, "Withdraw", reason="The samples were mixed up.")
    ines.approves_and_releases(statement)
    reads(reader, address, "The samples were mixed up.", "We tested it on Tuesday.")
    assert reader.request.get(f"{address}3.json").json()["op"] == "withdraw"
    register = reader.request.get(f"{site}/register.json").json()
    assert register["register"]["organisation"]["name"] == "Town of Elmford"
    assert reader.request.get(f"{site}/log/checkpoint").text().split("\n")[1] == "4"

    assert reader.context.cookies() == [], "no cookie for readers"
    assert [*ada.complaints, *olga.complaints, *ines.complaints] == []


def reads(reader: Page, address: str, *passages: str) -> None:
    """Open a page and find these passages on it."""
    reader.goto(address)
    for passage in passages:
        expect(reader.locator("main")).to_contain_text(passage)
