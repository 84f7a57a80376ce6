# SPDX-License-Identifier: Apache-2.0
"""The baked pages as Chromium shows them, served as readers get them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from onrecord.people.models import User
from tests.statements.baked import bake_newsroom, checker
from tests.stories.screens import ARGUMENTS, chromium_program, served

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.once]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOUCHED = "nav a, button, summary, input[type=search], .nameplate a"
"""What a finger has to meet."""
NAMED_BY_PEOPLE = "main :is(h1, h3 a, .topics a, .after a, .person strong, .person bdi, .plain strong, cite)"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsangelegenheiten"


@pytest.fixture
def site(olga: User, ines: User) -> Iterator[tuple[str, Path]]:
    """Return the address and the directory of a baked newsroom."""
    root = bake_newsroom(olga, ines)
    with served(root) as address:
        yield address, root


@pytest.fixture
def chromium(site: tuple[str, Path]) -> Iterator[Browser]:
    """Return Chromium, started after the database was needed for the last time."""
    program = chromium_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def addresses(root: Path) -> list[str]:
    """Return every page of a site directory."""
    found = [f"/{path.parent.relative_to(root)}/".replace("/./", "/") for path in root.rglob("index.html")]
    return sorted([*found, "/404.html"])


def violations(page: Page, axe: str) -> list[str]:
    """Return what axe finds wrong with a page."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(found => found.violations)", RULES
    )
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def test_no_page_shuts_anybody_out(site: tuple[str, Path], chromium: Browser) -> None:
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    address, root = site
    looks: tuple[dict[str, Any], ...] = (
        {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
        {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
    )
    found, complaints = [], []
    for look in looks:
        page = chromium.new_context(**look).new_page()
        page.on("console", lambda message: complaints.append(message.text))
        for path in addresses(root):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            found += [f"{path} {look['color_scheme']} {one}" for one in violations(page, axe)]

    assert found == []
    blocked = [one for one in complaints if "Content Security Policy" in one or "Content-Security" in one]
    assert blocked == []


def test_no_long_word_makes_a_page_wider_or_covers_what_stands_beside_it(
    site: tuple[str, Path], chromium: Browser
) -> None:
    address, root = site
    for width in (320, 1280):
        page = chromium.new_context(viewport={"width": width, "height": 640}).new_page()
        for path in addresses(root):
            page.goto(address + path)
            page.evaluate(
                """([named, word]) => document.querySelectorAll(named).forEach(one => {
                    if (!one.children.length) one.textContent = word;
                })""",
                [NAMED_BY_PEOPLE, LONG_WORD],
            )
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
            wide = page.evaluate(
                """named => [...document.querySelectorAll(named)]
                    .map(one => one.closest('li, section, div'))
                    .filter(one => one && one.scrollWidth > one.clientWidth + 1)
                    .map(one => one.outerHTML)""",
                NAMED_BY_PEOPLE,
            )
            assert wide == [], path


def test_every_page_fits_a_small_phone_and_a_finger(site: tuple[str, Path], chromium: Browser) -> None:
    address, root = site
    page = chromium.new_context(viewport={"width": 320, "height": 640}).new_page()
    for path in addresses(root):
        page.goto(address + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path
        small = page.evaluate(
            """selector => [...document.querySelectorAll(selector)]
                .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 43.5)
                .map(one => one.outerHTML)""",
            TOUCHED,
        )
        assert small == [], path


def test_a_statement_reads_with_the_keyboard_alone_and_without_scripts(
    site: tuple[str, Path], chromium: Browser
) -> None:
    address, root = site
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(address + next(path for path in addresses(root) if path.startswith("/s/2026/elmfords-water")))
    page.keyboard.press("Tab")
    assert page.locator("a.skip").is_visible()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")

    seal = page.locator("details.seal")
    assert not seal.locator("code").is_visible()
    seal.locator("summary").press("Enter")
    assert seal.locator("code").is_visible()
