# SPDX-License-Identifier: Apache-2.0
"""A day of a press officer: a statement under embargo, early readers, lifted, corrected; all counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Frame, Page, expect

from tests.config.newsrooms import Newsroom, until
from tests.delivery.relays import MailServer
from tests.statements.baked import checker
from tests.stories.staffed import staff
from tests.stories.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

JAN = "jan@paper.example"
SUBMIT, APPROVE = re.compile(r"^\s*Submit for approval\s*$"), re.compile(r"^\s*Approve\s*$")
CLICKS_AND_PAGES = {
    "written": (3, 4),  # the page gets another address once the draft is saved
    "approved": (3, 3),
    "under embargo": (4, 3),
    "sent early": (4, 3),
    "lifted": (3, 2),
    "corrected": (2, 2),
}
"""The first two from the front page, the others from the page of the statement, or where a step ended."""


class Walk:
    """Counts what somebody presses, and the pages that they get to see."""

    def __init__(self, page: Page) -> None:
        self.page, self._clicks, self._pages = page, 0, 0
        page.on("framenavigated", self._note)

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        """Press a link or a button, or tick a box."""
        self.page.get_by_role(role, name=name).locator("visible=true").first.click()  # type: ignore[arg-type]  # a role
        self._clicks += 1
        self.page.wait_for_load_state("load")

    def leave(self, role: str, name: str | re.Pattern[str]) -> None:
        """Press what leads to another page, and wait for that."""
        before = self.page.url
        self.press(role, name)
        self.page.wait_for_url(lambda url: url != before)

    def so_far(self) -> tuple[int, int]:
        """Return how many clicks and pages there were, and begin again."""
        found = self._clicks, self._pages
        self._clicks = self._pages = 0
        return found

    def _note(self, frame: Frame) -> None:
        self._pages += frame == self.page.main_frame


def test_a_day_of_a_press_officer_takes_no_page_too_many(
    running: Newsroom, chromium: Browser, relay: MailServer
) -> None:
    site = f"http://127.0.0.1:{running.port}"
    _ada, olga, ines = staff(chromium, running)
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    found: list[str] = []
    counted: dict[str, tuple[int, int]] = {}
    page, walk = olga.page, Walk(olga.page)

    def look() -> None:
        found.extend(violations(page, axe))

    _has_a_list(page, site)
    page.goto(f"{site}/desk/")
    walk.so_far()
    walk.leave("link", "New statement")
    statement = olga.fills_in(title="Wells", summary="All wells are clean.", words="We tested forty wells.")
    walk.leave("button", SUBMIT)
    walk.leave("button", SUBMIT)
    counted["written"] = walk.so_far()
    ines.page.goto(f"{site}/desk/")
    hers = Walk(ines.page)
    hers.leave("link", "Waiting for your approval")
    hers.leave("link", APPROVE)
    hers.leave("button", APPROVE)
    counted["approved"] = hers.so_far()

    olga.opens(statement)
    walk.so_far()
    _gives_a_moment(walk)
    counted["under embargo"] = walk.so_far()

    walk.press("link", "Send under embargo")
    look()
    walk.press("checkbox", "Everybody")
    walk.press("button", "Count and look")
    look()
    walk.press("button", "Send to 1 person")
    expect(page.get_by_text("It goes out.")).to_be_visible()
    counted["sent early"] = walk.so_far()
    look()
    assert until(lambda: len(_to(relay, JAN)) == 1, seconds=60)

    reader = chromium.new_context(java_script_enabled=False).new_page()
    own = re.search(r"/press-list/embargo/[\w-]+/", _to(relay, JAN)[0])
    assert own is not None
    reader.goto(site + own[0])
    assert "forty wells" not in reader.content()
    reader.locator("form:has([name=terms]) button").click()
    expect(reader.get_by_text("We tested forty wells.")).to_be_visible()

    walk.press("link", "Who has it before its time")
    look()
    page.get_by_label("Reason", exact=True).fill("It is known already.")
    walk.press("checkbox", "I am sure")
    walk.press("button", "Lift it now")
    counted["lifted"] = walk.so_far()
    look()
    assert until(lambda: len(_to(relay, JAN)) == 2, seconds=60)

    olga.changes_the_words(statement, "We tested forty-one wells.")
    olga.takes(statement, "Submit for approval", change="correction", change_note="Forty-one wells, not 40.")
    ines.takes(statement, "Approve")
    olga.opens(statement)
    walk.so_far()
    walk.press("link", re.compile(r"^\s*Release now\s*$"))
    walk.press("button", re.compile(r"^\s*Release now\s*$"))
    assert until(lambda: len(_to(relay, JAN)) == 3, seconds=60), "corrections follow by themselves"
    counted["corrected"] = walk.so_far()
    for path in ("press/", "press/lists/", "press/outlets/", "press/imports/", "press/duplicates/"):
        page.goto(f"{site}/desk/{path}")
        look()
    for path in ("press/distributions/", "press/distributions/policy/", "coverage/", "coverage/add/"):
        page.goto(f"{site}/desk/{path}")
        look()
    for path in ("coverage/figures/", "coverage/settings/", "accreditation/", "wire/"):
        page.goto(f"{site}/desk/{path}")
        look()
    assert counted == CLICKS_AND_PAGES
    assert found == []
    assert [*olga.complaints, *ines.complaints] == []


def _has_a_list(page: Page, site: str) -> None:
    page.goto(f"{site}/desk/press/")
    page.get_by_role("link", name="Add a journalist", exact=True).first.click()
    page.get_by_label("Name", exact=True).fill("Jan Reporter")
    page.get_by_label("E-mail address").fill(JAN)
    page.get_by_label("Source").fill("press conference")
    page.get_by_label("Legal basis").fill("legitimate interest")
    page.locator("[name=more_beats]").first.fill("environment")
    page.get_by_role("button", name="Add", exact=True).first.click()
    page.goto(f"{site}/desk/press/lists/")
    page.get_by_label("Name", exact=True).fill("Everybody")
    page.get_by_role("button", name="Make a list").click()
    page.locator("#ask-beat").fill("environment")
    page.locator("form", has=page.locator("#ask-beat")).get_by_role("button", name="Add").click()
    expect(page.locator(".press-count")).to_contain_text("1 person now")


def _gives_a_moment(walk: Walk) -> None:
    """Put an approved statement under embargo until tomorrow."""
    walk.press("button", "More actions")
    walk.press("link", re.compile("Schedule or embargo"))
    walk.page.fill("[name=day]", (timezone.localdate() + timedelta(days=1)).isoformat())
    walk.page.fill("[name=clock]", "10:00")
    walk.page.check("[name=embargoed]")
    walk.press("button", "Continue")
    walk.press("button", "Yes, this moment")


def _to(relay: MailServer, address: str) -> list[str]:
    """Return the mails to somebody, as they went over the line."""
    return [
        message.decode("utf-8", "replace").replace("=\r\n", "")
        for _sender, recipient, message in relay.taken
        if recipient == address
    ]
