# SPDX-License-Identifier: Apache-2.0
"""The desk and the doors before it, checked with axe as staff see them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, Page

from tests.config.newsrooms import Newsroom
from tests.proof.cast import LOG_KEY, ORIGIN
from tests.record.witnesses import witness_key
from tests.statements.baked import checker
from tests.stories.desk import Colleague
from tests.stories.staffed import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that may say otherwise where the same page has other colours."""
LOOKS = (*COLOURS, "scrollable-region-focusable", "target-size")
"""The rules that may say otherwise where it is also narrower, or the other way round."""
FIND = """async rules => {
    const moves = one => one.effect.getComputedTiming().endTime !== Infinity;
    const comes = one => getComputedStyle(one).opacity !== "1";
    const frame = () => new Promise(done => requestAnimationFrame(done));
    await frame().then(frame);
    const messages = document.querySelectorAll(".messages > ul:has(li)");
    for (let turn = 0; turn < 100; turn += 1) {
        if (!document.getAnimations().some(moves) && ![...messages].some(comes)) break;
        await new Promise(done => setTimeout(done, 100));
    }
    const asked = {runOnly: rules, resultTypes: ["violations"], selectors: false};
    return (await axe.run(document, asked)).violations;
}"""
"""A page answers another width or colour scheme in the next frame; colours are mixed while something slides
in or fades, and messages at the desk begin with that a moment late."""


def violations(page: Page, axe: str, rules: Sequence[str] = RULES) -> list[str]:
    """Return what axe finds wrong with the page that is open, by these rules or sets of rules."""
    page.wait_for_load_state("load")
    if not page.evaluate("window.hasOurs"):  # Wagtail brings an axe of its own
        page.evaluate(f"{axe}; window.hasOurs = true")
    found = page.evaluate(FIND, list(rules))
    place = re.sub(r"https?://[^/]+", "", page.url)
    return [f"{place} {one['id']}: {node['html'][:300]}" for one in found for node in one["nodes"]]


def draft(person: Colleague) -> str:
    """Save a statement that may be submitted and return its number."""
    page = person.page
    page.goto(f"{person.site}/desk/statements/add/")
    page.fill("[name=title]", "Water is safe to drink")
    page.fill("[name=summary]", "The town tested the water on Monday and found it safe.")
    page.locator(".public-DraftEditor-content").click()
    page.keyboard.type("We tested it on Monday.")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url(re.compile(r"/desk/statements/edit/\d+/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def names_a_domain(person: Colleague) -> None:
    """Say which domain people know, and give a register number that is refused at first."""
    page = person.page
    page.goto(f"{person.site}/desk/organisation/identity/")
    page.fill("[name=domains]", "elmford.example")
    page.select_option("[name=identifiers-0-scheme]", "lei")
    page.fill("[name=identifiers-0-value]", "529900T8BM49AURSDO56")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The check digits of").wait_for()
    page.fill("[name=identifiers-0-value]", "529900T8BM49AURSDO55")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("_onrecord.elmford.example").wait_for()


def lets_others_witness(person: Colleague) -> None:
    """Add a witness, after a mistake, and be one for another newsroom."""
    page = person.page
    page.goto(f"{person.site}/desk/witnesses/")
    for vkey in ("nonsense", witness_key("anna").public.vkey):
        page.fill("[name=vkey]", vkey)
        page.fill("[name=url]", "https://anna.example/")
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("anna.example/witness is asked from now on.").wait_for()
    page.fill("[name=vkeys]", LOG_KEY.public.vkey)
    page.get_by_role("button", name="Be a witness").click()
    page.get_by_text(f"is a witness for {ORIGIN} from now on").wait_for()


def test_no_page_for_staff_shuts_anybody_out(running: Newsroom, chromium: Browser) -> None:
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    site = f"http://127.0.0.1:{running.port}"
    ada, _olga, ines = staff(chromium, running)
    found: list[str] = []

    def looks(person: Colleague, *addresses: str) -> None:
        for address in addresses:
            person.page.goto(site + address)
            assert person.page.url == site + address, "nobody is sent elsewhere"
            found.extend(violations(person.page, axe))

    statement = draft(ines)
    looks(ada, "/desk/", "/desk/people/", "/desk/people/invite/", "/desk/organisation/", "/desk/account/")
    names_a_domain(ada)
    looks(ada, "/desk/organisation/identity/")
    lets_others_witness(ada)
    looks(ada, "/desk/witnesses/", "/desk/erasures/", "/desk/erasures/propose/")
    looks(
        ines,
        "/desk/",
        "/desk/statements/",
        "/desk/statements/add/",
        f"/desk/statements/edit/{statement}/",
        f"/desk/statements/{statement}/discard/",
        "/desk/deliveries/",
        "/desk/deliveries/domains/",
        "/desk/followers/",
        "/desk/erasures/",
    )

    assert found == []
