# SPDX-License-Identifier: Apache-2.0
"""A journalist is refused, appeals, is admitted by somebody else; a press officer notes what was written."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.statements.baked import checker
from tests.stories.talking import Talk
from tests.stories.talking_mails import links, notice_in, text_of
from tests.stories.test_axe import violations
from tests.stories.test_talking import talk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

JAN = "jan@paper.example"
PDF = {"name": "press card.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a press card"}


@pytest.fixture
def found(talk: Talk) -> list[str]:  # noqa: F811
    """Return what axe finds on each page that is worth a picture, where scripts may run."""
    axe, told = checker("axe-core/axe.min.js").read_text(encoding="utf-8"), list[str]()
    if folder := os.environ.get("STORY_PICTURES"):
        talk.pictures = Path(folder)
        talk.pictures.mkdir(parents=True, exist_ok=True)
    talk.inspect = lambda page: told.extend(violations(page, axe)) if "/desk/" in page.url else None
    return told


def test_who_is_refused_is_admitted_after_an_appeal_to_another_person(talk: Talk, found: list[str]) -> None:  # noqa: F811
    reader, staff = talk.a_reader(), talk.a_desk("mo")
    _applies(talk, reader)
    _is_refused(talk, staff)

    told = talk.relay.to(JAN)[1]
    assert "Nothing of it can be found." in text_of(told)
    reader.goto(notice_in(told))
    talk.photograph(reader, "accreditation-notice")
    reader.locator("#due-text").fill("My reports stand at paper.example/jan.")
    reader.wait_for_timeout(2500)
    reader.locator("button[value=appeal]").click()
    expect(reader.locator("section#appeal [role=status]").first).to_be_visible()

    _is_admitted(talk, staff)
    card = _shows_the_card(talk, reader)
    assert reader.context.cookies() == []

    talk.sits_down(staff.context, "olga")
    staff.goto(f"{talk.site}/desk/accreditation/")
    expect(staff.get_by_role("link", name="Jan Reporter")).to_be_visible()
    talk.photograph(staff, "accreditation-list")

    guard = talk.a_reader()
    guard.goto(card)
    expect(guard.locator("h1")).to_have_text("Valid")
    _gives_it_up(reader)
    guard.reload()
    expect(guard.locator("h1")).to_have_text("Not valid")
    expect(guard.get_by_text("Jan Reporter")).to_have_count(0)
    assert talk.complaints == []
    assert found == []


def test_a_press_officer_notes_an_article_with_the_bookmark(talk: Talk, found: list[str]) -> None:  # noqa: F811
    staff = talk.a_desk("olga")
    staff.goto(f"{talk.site}/desk/coverage/settings/")
    talk.photograph(staff, "coverage-settings")
    bookmark = staff.locator("#bookmark").input_value()
    assert bookmark.startswith("javascript:location.href=")
    staff.goto(f"{talk.site}/transparency/")
    staff.evaluate(bookmark.removeprefix("javascript:"))
    staff.wait_for_url(re.compile(r"/desk/coverage/add/\?url="))
    expect(staff.get_by_label("Address")).to_have_value(f"{talk.site}/transparency/")
    staff.goto(f"{talk.site}/desk/coverage/add/?url=https://paper.example/water&title=Water+is+safe")
    staff.locator("[name=statements]").first.fill(talk.cast.paths["water"])
    staff.get_by_label("Outlet").fill("The Elm Post")
    staff.get_by_label("Country").select_option("BE")
    staff.get_by_label("Date").fill("2026-11-20")
    talk.photograph(staff, "coverage-add")
    staff.get_by_role("button", name="Add", exact=True).click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Water is safe")
    talk.photograph(staff, "coverage-one")
    staff.goto(f"{talk.site}/desk/coverage/")
    talk.photograph(staff, "coverage-list")
    staff.get_by_role("link", name="Over time and by country").click()
    expect(staff.locator("svg.chart__drawing").first).to_be_visible()
    talk.photograph(staff, "coverage-figures")

    reader = talk.a_reader()
    reader.goto(f"{talk.site}/webmention?target={talk.site}{talk.cast.paths['water']}")
    talk.photograph(reader, "webmention")
    reader.locator("#source").fill("https://paper.example/other")
    reader.get_by_role("button", name="Tell us").click()
    reader.get_by_role("link", name="How far it has come").click()
    expect(reader.locator("[role=status]")).to_be_visible()
    talk.photograph(reader, "webmention-status")
    assert talk.complaints == []
    assert found == []


def _applies(talk: Talk, reader: Page) -> None:  # noqa: F811
    reader.goto(f"{talk.site}/accreditation/")
    talk.photograph(reader, "accreditation-criteria")
    reader.get_by_role("link", name="Apply for accreditation").click()
    reader.locator("#acc-name").fill("Jan Reporter")
    reader.locator("#acc-address").fill(JAN)
    reader.locator("#acc-outlet").fill("The Elm Post")
    reader.locator("#acc-role").fill("reporter")
    reader.locator("#acc-purpose").fill("The council on 3 December")
    reader.locator("#acc-files").set_input_files(PDF)  # type: ignore[arg-type]  # a file as Playwright takes it
    talk.photograph(reader, "accreditation-form")
    reader.wait_for_timeout(2500)
    reader.get_by_role("button", name="Apply").click()
    expect(reader.locator("h1")).to_have_text("Look into your mailbox")
    reader.goto(links(talk.mail(JAN, 1))[0])
    reader.locator("button[value=confirm]").click()
    expect(reader.locator("[role=status]")).to_contain_text("A person decides")
    talk.photograph(reader, "accreditation-waiting")


def _is_refused(talk: Talk, staff: Page) -> None:  # noqa: F811
    talk.sits_down(staff.context, "bea")
    talk.opens_the_case(staff, "Jan Reporter")
    expect(staff.get_by_role("link", name="press card.pdf")).to_be_visible()
    talk.photograph(staff, "accreditation-case")
    staff.locator("input[name=effects][value=seal]").check()
    staff.locator("select[name=rule]").select_option(index=1)
    staff.locator("textarea[name=facts]").fill("Nothing of it can be found.")
    staff.locator("textarea[name=explanation]").fill("Nothing shows journalistic work.")
    staff.locator("#decide button[type=submit]").click()
    expect(staff.locator(".messages")).to_contain_text("Decided.")
    talk.mail(JAN, 2)


def _is_admitted(talk: Talk, staff: Page) -> None:  # noqa: F811
    staff.goto(f"{talk.site}/desk/moderation/appeals/")
    staff.get_by_role("link", name="Jan Reporter").first.click()
    expect(staff.locator(".judge__refused")).to_contain_text("Bea Both had a part in the decision")
    appeal = staff.url
    talk.sits_down(staff.context, "rosa")
    staff.goto(appeal)
    staff.locator("button[data-key=c]").click()
    expect(staff.get_by_role("link", name="press card.pdf")).to_be_visible()
    staff.locator("input[name=outcome][value=reversed]").check()
    staff.locator("textarea[name=facts]").fill("Twelve reports of this year stand there.")
    staff.locator("textarea[name=explanation]").fill("Criterion 1 is met.")
    talk.photograph(staff, "accreditation-hearing")
    staff.locator("button[type=submit]", has_text="Decide, carry it out").click()
    expect(staff.locator(".messages")).to_contain_text("Both sides are told.")


def _shows_the_card(talk: Talk, reader: Page) -> str:  # noqa: F811
    reader.goto(next(link for link in links(talk.relay.to(JAN)[0]) if "/accredit/mine/" in link))
    expect(reader.locator("h1")).to_have_text("You are accredited")
    talk.photograph(reader, "accreditation-mine")
    reader.get_by_role("link", name="Your card").click()
    expect(reader.locator(".card-name")).to_have_text("Jan Reporter")
    talk.photograph(reader, "accreditation-card")
    card = reader.url
    reader.go_back()
    return card


def _gives_it_up(reader: Page) -> None:
    reader.locator("button[value=take_back]").click()
    expect(reader.locator("h1")).to_have_text("You have taken this back")
