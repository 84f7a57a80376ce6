# SPDX-License-Identifier: Apache-2.0
"""The screens about the fediverse, checked with axe and the HTML checker, on a telephone and in Arabic.

With PICTURES_OF_TESTS the screens are photographed into that folder, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright
from wagtail.users.models import UserProfile

from onrecord.bakery import actions as bakery
from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery, Distribution
from onrecord.federation import actors, counting, policies
from onrecord.federation.blocking import actions as blocking
from onrecord.federation.blocking import objecting
from onrecord.federation.models import FollowDay, Interaction, InteractionKind
from onrecord.federation.sending import audiences
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.people.roles import Role
from onrecord.statements.models import Publication
from tests.conftest import person
from tests.federation.desk.test_servers import filled
from tests.federation.sending.elsewhere import somebody
from tests.statements import drafts
from tests.statements.baked import checker, complaints
from tests.stories.screens import ARGUMENTS, chromium_program, served
from tests.stories.test_axe import COLOURS, LOOKS, RULES, violations

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
SignIn = Callable[[User], Client]
WHY = "Rule 3: it sent the same advertisement to 900 people within an hour."
WIDTHS = {"en": (1280, 390), "ar": (390, 1280)}
"""By language: pages are loaded and all rules look at them at the first width; then the window is resized,
and only those rules look again that may say otherwise."""

HEIGHT = "Math.max(900, ...Array.from(document.querySelectorAll('body, main'), one => one.scrollHeight + 60))"
"""The desk scrolls its middle, not the page."""


def screens(olga: User, ines: User, mo: User) -> list[str]:
    """Fill a newsroom with followers, deliveries, quotes and blocks; return where these are shown."""
    press = actors.newsroom()
    filled(press)
    for days in range(90):
        day = timezone.now().date() - timedelta(days=90 - days)
        FollowDay.objects.create(actor=press, day=day, joined=5, ended=days % 3, total=40 + 4 * days)
    counting.count_hosts()
    water = Publication.objects.get(statement=drafts.released(olga, ines).statement_id)
    freeze_all(["social.example", "small.example", "gone.example"])
    for place, state, reply in (
        ("social.example", "accepted", "202 in 0.3 s"),
        ("small.example", "deferred", "503 Service Unavailable"),
        ("gone.example", "failed", "404 Not Found"),
    ):
        Delivery.objects.filter(destination=place).update(state=state, reply=reply, attempts=2)
    quoting = somebody("kim", at="https://quotes.example")
    Interaction.objects.create(
        publication=water, kind=InteractionKind.QUOTE, by=quoting, uri=f"{quoting.uri}/notes/1"
    )
    for host in ("bad.example", "worse.example"):
        blocking.block_host(host, reason=WHY, by=mo)
    desk, told = "/desk/fediverse/", f"/desk/deliveries/{Distribution.objects.latest('pk').pk}/"
    return [
        *(f"{desk}accounts/", f"{desk}accounts/{press.name}/", f"{desk}servers/"),
        *(f"{desk}servers/social.example/", f"{desk}blocks/", f"{desk}quotes/", f"{desk}moving/"),
        *("/desk/deliveries/", told, f"{told}recipients/"),
    ]


def freeze_all(places: list[str]) -> None:
    """Write down that a statement goes to these servers."""
    delivery.freeze(
        transport="activitypub",
        object_key="statement/1",
        version=1,
        purpose="edition",
        label="Water is safe to drink",
        body={"letters": {}},
        recipients=[audiences.recipient(f"https://{place}/inbox") for place in places],
        host="news.elmford.example",
        by=CLOCK,
    )


@dataclass
class Looks:
    """What somebody sees in their browser, at each width and in the dark."""

    page: Page
    language: str
    axe: str
    found: list[str] = field(default_factory=list)
    """What axe finds wrong with them."""

    def at(self, number: int, address: str) -> str:
        """Look at a page, photograph it if pictures are wanted, and return its HTML."""
        first, other = WIDTHS[self.language]
        self.page.set_viewport_size({"width": first, "height": 900})
        answer = self.page.goto(address)
        assert answer is not None
        assert (answer.status, self.page.url) == (200, address)
        self._note(f"{number}-{self.language}-{first}", RULES)
        if self.language == "en":  # colours are the same in each
            self.page.emulate_media(color_scheme="dark")
            self._note(f"{number}-{self.language}-dark", COLOURS)
            self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": other, "height": 900})
        self._note(f"{number}-{self.language}-{other}", LOOKS)
        return answer.text()

    def _note(self, name: str, rules: Sequence[str]) -> None:
        self.found += [f"{name} {one}" for one in violations(self.page, self.axe, rules)]
        if pictures := os.environ.get("PICTURES_OF_TESTS"):
            size = self.page.viewport_size
            assert size is not None
            self.page.set_viewport_size({**size, "height": self.page.evaluate(HEIGHT)})
            self.page.screenshot(path=f"{pictures}/{name}.png", full_page=True)
            self.page.set_viewport_size(size)


def test_the_screens_about_the_fediverse_shut_nobody_out(
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
    olga: User,
    ines: User,
    mo: User,
    ada: User,
    sign_in: SignIn,
) -> None:
    settings.HOME = tmp_path
    program = chromium_program()
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    paths = screens(olga, ines, mo)
    both = (Role.ADMINISTRATOR, Role.PRESS_OFFICER)
    amy, amal = person("Amy Everything", *both), person("Amal Everything", *both)
    UserProfile.objects.create(user=amal, preferred_language="ar")
    policies.set_policy({"public_blocks": True}, by=ada)
    bakery.bake_all(workers=0)
    sessions = {who: sign_in(who).cookies["sessionid"].value for who in (amy, amal)}
    pages = tmp_path / "pages"
    pages.mkdir()
    found: list[str] = []
    with served(tmp_path / "site") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for who, language in ((amy, "en"), (amal, "ar")):
            context = browser.new_context(color_scheme="light", locale=language)
            context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": live_server.url}])
            looks = Looks(context.new_page(), language, axe, found)
            public = f"{site}{'' if language == 'en' else f'/{language}'}/{objecting.PATH}"
            for number, address in enumerate([*(live_server.url + path for path in paths), public]):
                (pages / f"{language}-{number}.html").write_text(looks.at(number, address))
            context.close()
        browser.close()
    assert found == []
    assert complaints(pages) == []
